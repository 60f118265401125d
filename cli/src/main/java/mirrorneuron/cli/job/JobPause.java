package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops a job's work and keeps its messages. */
@Command(
        name = "pause",
        description = {
            "Stop a job's work and keep its messages.",
            "A workflow of steps ends what runs, without using up an attempt; in other jobs it may"
                    + " finish first, unless --now is given."
        },
        footer = {"", "Example:", "  mn job pause prime_sweep-1750000000000-0123456789ab"})
public final class JobPause extends Leaf implements Plans {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(names = "--now", description = "End running commands; they run again on resume.")
    boolean now;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Recorded with the job. Default: ${DEFAULT-VALUE}.")
    String reason = "paused by operator";

    public JobPause(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            return ControlPlan.PAUSE.of(runtime, List.of(jobId));
        }
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToWork()) {
            var options =
                    now ? PauseOptions.now(reason) : PauseOptions.defaults().withReason(reason);
            return Controls.report(
                    runtime,
                    "pause",
                    runtime.jobs().pause(JobId.of(jobId), options),
                    "mn job resume " + jobId);
        }
    }
}
