package mirrorneuron.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * The run's own course among the events of its job: that it began, that its inputs were read, and
 * how it ended. These are no events of the job, so they have no number: {@code seq} is 0.
 *
 * @see "blueprint contract, section 6"
 */
final class RunCourse {

    /** How a run ends when its job does. */
    private static final Map<String, String> ENDS =
            Map.of(
                    "job_completed", "run_completed",
                    "job_failed", "run_failed",
                    "job_cancelled", "run_cancelled");

    private RunCourse() {}

    /**
     * The line of an event, with what the run has to say before and after it.
     *
     * @param first whether it is the run's first
     */
    static List<JsonObject> around(JsonObject line, boolean first) {
        var end = Optional.ofNullable(ENDS.get(line.string("type").orElse("")));
        if (!first && end.isEmpty()) {
            return List.of(line);
        }
        var lines = new ArrayList<JsonObject>();
        if (first) {
            lines.add(line(line, "run_started", JsonObject.empty()));
            lines.add(
                    line(
                            line,
                            "inputs_loaded",
                            JsonObject.builder()
                                    .put("adapter", RunDocuments.INPUT_ADAPTER)
                                    .put("path", "inputs.json")
                                    .build()));
        }
        lines.add(line);
        end.ifPresent(
                type ->
                        lines.add(
                                line(
                                        line,
                                        type,
                                        JsonObject.builder()
                                                .put("status", type.substring("run_".length()))
                                                .build())));
        return lines;
    }

    private static JsonObject line(JsonObject of, String type, JsonObject payload) {
        return JsonObject.builder()
                .put("event_id", "evt_" + of.string("job_id").orElse("") + "_" + type)
                .put("seq", 0)
                .put("timestamp", of.at("ts"))
                .put("ts", of.at("ts"))
                .put("type", type)
                .put("class", "state")
                .put("job_id", of.at("job_id"))
                .put("run_id", of.at("run_id"))
                .put("trace_id", of.at("trace_id"))
                .put("span_id", of.at("span_id"))
                .put("payload", payload)
                .putIfPresent("blueprint_id", of.string("blueprint_id"))
                .build();
    }
}
