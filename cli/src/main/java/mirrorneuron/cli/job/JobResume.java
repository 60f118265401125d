package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
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
public final class JobResume extends Leaf implements Plans {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    public JobResume(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            return ControlPlan.RESUME.of(runtime, List.of(jobId));
        }
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
