package mirrorneuron.engine.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * A run's files as one fold over the events of its job: the same events give the same lines,
 * whenever the fold is stopped, written down and taken up again in between.
 *
 * <p>Belongs to one thread at a time.
 */
public final class RunFold {

    private final JobId job;
    private final String runId;
    private final String traceId;
    private final Optional<String> blueprintId;
    private final Timeline timeline;
    private final Tally tally;

    private RunFold(
            JobId job,
            String runId,
            String traceId,
            Optional<String> blueprintId,
            Timeline timeline,
            Tally tally) {
        this.blueprintId = blueprintId;
        this.job = job;
        this.runId = runId;
        this.traceId = traceId;
        this.timeline = timeline;
        this.tally = tally;
    }

    /**
     * A fold that has seen nothing.
     *
     * @param blueprintId stands in every line; empty when it is not known
     */
    public static RunFold begin(
            JobId job, String runId, String traceId, Optional<String> blueprintId) {
        return new RunFold(job, runId, traceId, blueprintId, new Timeline(), new Tally());
    }

    /** The fold that {@link #state} was taken from. */
    public static RunFold of(
            JobId job,
            String runId,
            String traceId,
            Optional<String> blueprintId,
            JsonObject state) {
        return new RunFold(
                job,
                runId,
                traceId,
                blueprintId,
                Timeline.of(state.object("timeline")),
                Tally.of(state.object("tally")));
    }

    /** What has to be kept of what was seen, bounded whatever the size of the job. */
    public JsonObject state() {
        return JsonObject.builder()
                .put("timeline", timeline.state())
                .put("tally", tally.state())
                .build();
    }

    /** Takes the next event, with what its fact knows beside it. */
    public Derived add(RuntimeEvent event, Aside aside) {
        var line = ofBlueprint(EventLine.of(event, job, runId, traceId));
        var derived =
                new Derived(
                        line,
                        RunCourse.around(line, tally.startedAt().isEmpty()),
                        ofBlueprint(LogLines.of(line, aside)),
                        ofBlueprint(errors(line)),
                        ofBlueprint(timeline.add(line)),
                        ofBlueprint(HumanRecords.of(line, aside).stream().toList()),
                        samples(line, aside));
        tally.add(derived);
        return derived;
    }

    private List<JsonObject> ofBlueprint(List<JsonObject> lines) {
        return blueprintId.isEmpty() ? lines : lines.stream().map(this::ofBlueprint).toList();
    }

    private JsonObject ofBlueprint(JsonObject line) {
        return blueprintId.map(id -> line.with("blueprint_id", new JsonString(id))).orElse(line);
    }

    /**
     * The last line of a run that has as many bytes as it may. It is no event of the job, so it has
     * no number and nothing counts it.
     */
    public JsonObject full(long bytesMax) {
        return JsonObject.builder()
                .put("event_id", "evt_" + job + "_run_store_full")
                .put("seq", 0)
                .put("timestamp", tally.updatedAt())
                .put("ts", tally.updatedAt())
                .put("type", "run_store_full")
                .put("class", "operator")
                .put("job_id", job.value())
                .put("run_id", runId)
                .put("trace_id", traceId)
                .put("span_id", RunIds.span(job, ""))
                .put("payload", JsonObject.builder().put("max_bytes", bytesMax).build())
                .build();
    }

    /** Takes a sample that the machine made. */
    public void sample(JsonObject sample) {
        tally.sample(sample);
    }

    private static List<JsonObject> errors(JsonObject line) {
        if (!line.has("error")) {
            return List.of();
        }
        var error = line.object("error");
        var record =
                JsonObject.builder()
                        .put("ts", line.at("ts"))
                        .put("timestamp", line.at("ts"))
                        .put("run_id", line.at("run_id"))
                        .put("job_id", line.at("job_id"))
                        .putIfPresent("agent_id", line.string("agent_id"))
                        .putIfPresent("step_id", line.string("step_id"))
                        .putAll(error);
        return List.of(
                record.put("error", error)
                        .put(
                                "source_event",
                                JsonObject.builder()
                                        .put("event_id", line.at("event_id"))
                                        .put("seq", line.at("seq"))
                                        .put("type", line.at("type"))
                                        .build())
                        .build());
    }

    private static List<JsonObject> samples(JsonObject line, Aside aside) {
        var samples = new ArrayList<JsonObject>();
        var reported = Optional.of(aside.usage()).filter(usage -> !usage.isEmpty());
        if (line.string("type").filter(Usage.EVENT::equals).isPresent()) {
            reported =
                    reported.or(
                            () ->
                                    Optional.of(Usage.of(line.object("payload")))
                                            .filter(usage -> !usage.isEmpty()));
        }
        reported.ifPresent(
                usage ->
                        samples.add(
                                JsonObject.builder()
                                        .put("ts", line.at("ts"))
                                        .put("run_id", line.at("run_id"))
                                        .put("component", "llm")
                                        .putIfPresent("agent_id", line.string("agent_id"))
                                        .putIfPresent("step_id", line.string("step_id"))
                                        .put("event_id", line.at("event_id"))
                                        .put("llm", usage)
                                        .build()));
        return samples;
    }

    /** The run's status: that of its job after the last event. */
    public String status() {
        return tally.status();
    }

    /** True once the job's last event was taken. */
    public boolean ended() {
        return !tally.endedAt().isEmpty();
    }

    /**
     * {@code mn.observability_summary.v1}.
     *
     * @param now stands for the end of a run that goes on
     * @param artifacts {@code {artifact_id, url}} of each file
     */
    public JsonObject summary(Instant now, JsonArray artifacts) {
        return tally.summary(runId, job.value(), traceId, now, artifacts);
    }

    /** The documents that are written as a whole. */
    public RunDocuments documents() {
        return new RunDocuments(
                job.value(),
                runId,
                traceId,
                tally.status(),
                tally.startedAt(),
                tally.updatedAt(),
                tally.endedAt());
    }

    /** The bytes of a line in a file, its end included; never more than the cap. */
    public static byte[] line(JsonObject record) {
        return RecordCap.line(record);
    }
}
