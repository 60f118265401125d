package mirrorneuron.cli.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.cli.output.Secrets;

/**
 * Everything that a report of a run says, gathered once.
 *
 * @param config with which the run was begun; empty where its folder is not on this machine
 * @param inputs as the configuration
 * @param result what the run gave; empty when there is none
 * @param artifact the final artifact; empty when there is none
 * @param progress empty when the job was deleted
 * @param graph empty when the job was deleted
 * @param warnings log records of WARN and above, the newest
 * @param records the newest of the other channels, by their channel
 */
record RunReport(
        JsonObject run,
        JsonObject summary,
        Optional<JsonObject> config,
        Optional<JsonObject> inputs,
        Optional<JsonObject> result,
        Optional<JsonObject> artifact,
        Optional<WorkflowProgress> progress,
        Optional<JobGraph> graph,
        List<JsonObject> timeline,
        List<JsonObject> warnings,
        Map<String, List<JsonObject>> records) {

    private static final int TIMELINE_MAX = 2_000;
    private static final int WARNINGS_MAX = 50;
    private static final int RECORDS_MAX = 2_000;
    private static final List<String> CHANNELS = List.of("events", "logs", "human", "resources");

    /**
     * @param folder of the run, where that is on this machine
     */
    static RunReport of(MirrorNeuron runtime, JsonObject run, Optional<Path> folder) {
        var id = run.string("run_id").orElse("");
        var files = runtime.runFiles();
        var job = run.string("job_id").map(JobId::of);
        return new RunReport(
                run,
                files.summary(id),
                folder.flatMap(at -> LeftFolders.read(at.resolve("config.json"))),
                folder.flatMap(at -> LeftFolders.read(at.resolve("inputs.json"))),
                ifThere(() -> files.result(id)),
                ifThere(() -> files.finalArtifact(id)),
                job.flatMap(found -> runtime.monitor().workflowProgress(found)),
                job.flatMap(found -> runtime.monitor().graph(found)),
                read(files, id, RunFiles.Filter.of("timeline"), TIMELINE_MAX),
                read(
                        files,
                        id,
                        new RunFiles.Filter(
                                java.util.Set.of("logs"), Optional.of("warn"), Optional.empty()),
                        WARNINGS_MAX),
                records(files, id));
    }

    private static Map<String, List<JsonObject>> records(RunFiles files, String id) {
        var records = new LinkedHashMap<String, List<JsonObject>>();
        for (var channel : CHANNELS) {
            records.put(channel, read(files, id, RunFiles.Filter.of(channel), RECORDS_MAX));
        }
        return records;
    }

    private static Optional<JsonObject> ifThere(Supplier<JsonObject> document) {
        try {
            return Optional.of(document.get());
        } catch (NoSuchEntityException none) {
            return Optional.empty();
        }
    }

    /** The newest records, without the cursors in them. */
    private static List<JsonObject> read(
            RunFiles files, String id, RunFiles.Filter filter, int max) {
        var records = new ArrayList<JsonObject>();
        var page = files.page(id, filter, "");
        while (!page.records().isEmpty()) {
            page.records().forEach(record -> records.add(record.without("id")));
            if (records.size() > max) {
                records.subList(0, records.size() - max).clear();
            }
            page = files.page(id, filter, page.cursor());
        }
        return List.copyOf(records);
    }

    String id() {
        return run.string("run_id").orElse("");
    }

    String name() {
        return run.string("job_name").or(() -> run.string("graph_id")).orElse(id());
    }

    List<WorkflowProgress.Step> steps() {
        return progress.map(WorkflowProgress::steps).orElse(List.of());
    }

    /** What the run gave, without secrets; JSON null when there is nothing. */
    JsonValue content() {
        // Only where no worker named an artifact does its content stand in a member.
        return artifact.map(found -> Secrets.in(found.has("content") ? found.at("content") : found))
                .orElse(JsonNull.NULL);
    }

    JsonObject toJson() {
        var json =
                JsonObject.builder()
                        .put("schema_version", "mn.run_report.v1")
                        .put("run", run)
                        .put("summary", summary)
                        .put("config", orNull(config))
                        .put("inputs", orNull(inputs))
                        .put("result", orNull(result))
                        .put("final_artifact", orNull(artifact))
                        .put(
                                "steps",
                                JsonArray.of(
                                        steps().stream().map(WorkflowProgress.Step::raw).toList()))
                        .put("graph", orNull(graph.map(JobGraph::toJson)))
                        .put("timeline", JsonArray.of(timeline))
                        .put("warnings", JsonArray.of(warnings));
        records.forEach((channel, list) -> json.put(channel, JsonArray.of(list)));
        return json.build();
    }

    private static JsonValue orNull(Optional<JsonObject> document) {
        return document.<JsonValue>map(value -> value).orElse(JsonNull.NULL);
    }

    /** The newest events, oldest of them first. */
    List<JsonObject> lastEvents(int max) {
        var events = records.getOrDefault("events", List.of());
        return events.subList(Math.max(0, events.size() - max), events.size());
    }

    /** Rows for the head of a report; what is not known is left out. */
    List<List<String>> facts() {
        var facts = new ArrayList<List<String>>();
        fact(facts, "Status", run.string("status"));
        fact(facts, "Run", run.string("run_id"));
        fact(facts, "Job", run.string("job_id"));
        fact(facts, "Workflow", run.string("graph_id"));
        fact(facts, "Started", run.string("started_at"));
        fact(facts, "Ended", run.string("ended_at"));
        fact(
                facts,
                "Duration",
                summary.integer("duration_ms").stream().mapToObj(RunText::duration).findFirst());
        fact(facts, "Events", number(summary.object("counts"), "events"));
        fact(facts, "Errors", number(summary.object("counts"), "errors"));
        fact(facts, "Retries", number(summary, "retry_count"));
        fact(facts, "Tokens", number(summary.object("token_totals"), "total_tokens"));
        fact(facts, "Failed step", summary.string("failed_step_id"));
        fact(facts, "Failed agent", summary.string("failed_agent_id"));
        fact(facts, "Failure", run.object("failure").string("desc"));
        fact(facts, "Trace", run.string("trace_id"));
        return facts;
    }

    private static void fact(List<List<String>> facts, String label, Optional<String> value) {
        value.filter(text -> !text.isEmpty()).ifPresent(text -> facts.add(List.of(label, text)));
    }

    private static Optional<String> number(JsonObject object, String name) {
        return object.integer(name).stream().mapToObj(Long::toString).findFirst();
    }
}
