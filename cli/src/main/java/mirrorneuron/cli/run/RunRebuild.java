package mirrorneuron.cli.run;

import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the files of a run again. */
@Command(
        name = "rebuild",
        description = {
            "Write the files of a run again, from the log of its job.",
            "Files that workers wrote and samples of the machine stay as they are."
        },
        footer = {"", "Example:", "  mn run rebuild prime_sweep-1750000000000-0123456789ab"})
public final class RunRebuild extends Leaf implements Plans {

    @Parameters(paramLabel = "RUN", description = "The run's id: the job's, unless one was chosen.")
    String runId = "";

    public RunRebuild(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            return Plan.of("Run rebuild", "Run ID", "run_id", RunLookup.id(runtime, runId));
        }
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var rebuilt = runtime.runFiles().rebuild(runId);
            var job = rebuilt.jobId().map(JobId::value);
            return Report.of(
                            JsonObject.builder()
                                    .put("run_id", rebuilt.runId())
                                    .putOrNull("job_id", job)
                                    .put("events", rebuilt.events())
                                    .build(),
                            new Confirmation(
                                    "Run rebuild",
                                    true,
                                    new Fields()
                                            .add("Run ID", rebuilt.runId())
                                            .add("Job ID", job.orElse("-"))
                                            .add("Events", Long.toString(rebuilt.events())),
                                    "mn job status " + job.orElse(rebuilt.runId())))
                    .withIds(List.of(rebuilt.runId()));
        }
    }
}
