package mirrorneuron.cli.run;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows how a run stands. */
@Command(
        name = "status",
        description = "Show how a run stands: its status, times, counts and peaks.",
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab"})
public final class RunStatus extends Leaf implements Watched {

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    public RunStatus(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var run = RunLookup.run(runtime, runId);
            var id = run.string("run_id").orElse(runId);
            var summary = runtime.runFiles().summary(id);
            var fields = fields(run, summary);
            return Report.of(
                            JsonObject.builder().put("run", run).put("summary", summary).build(),
                            fields::lines,
                            fields::plain)
                    .withIds(List.of(id))
                    .withHints(List.of("mn run logs " + id + ", mn run export " + id));
        }
    }

    private static Fields fields(JsonObject run, JsonObject summary) {
        var counts = summary.object("counts");
        var tokens = summary.object("token_totals");
        return new Fields()
                .add("Status", run.string("status"))
                .add("Run ID", run.string("run_id"))
                .add("Job ID", run.string("job_id"))
                .add("Workflow", run.string("graph_id"))
                .add("Started", run.string("started_at"))
                .add("Ended", run.string("ended_at"))
                .add(
                        "Duration",
                        summary.integer("duration_ms").stream()
                                .mapToObj(RunText::duration)
                                .findFirst())
                .add("Events", count(counts, "events"))
                .add("Log records", count(counts, "logs"))
                .add("Errors", count(counts, "errors"))
                .add("Retries", count(summary, "retry_count"))
                .add("Failed step", summary.string("failed_step_id"))
                .add("Failed agent", summary.string("failed_agent_id"))
                .add("Tokens", count(tokens, "total_tokens"))
                .add("Failure", run.object("failure").string("desc"))
                .add("Trace", run.string("trace_id"));
    }

    private static Optional<String> count(JsonObject counts, String name) {
        return counts.integer(name).stream().mapToObj(Long::toString).findFirst();
    }
}
