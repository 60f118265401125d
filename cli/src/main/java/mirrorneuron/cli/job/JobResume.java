package mirrorneuron.cli.job;

import mirrorneuron.api.JobId;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a paused job go on. */
@Command(
        name = "resume",
        description = {
            "Let a paused job go on.",
            "It runs while a process has the home open: mn job monitor follows it to its end."
        },
        footer = {"", "Example:", "  mn job resume prime_sweep-1750000000000-0123456789ab"})
public final class JobResume extends Leaf {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    public JobResume(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToWork()) {
            return Controls.report(
                    runtime,
                    "resume",
                    runtime.jobs().resume(JobId.of(jobId)),
                    "mn job monitor " + jobId);
        }
    }
}
