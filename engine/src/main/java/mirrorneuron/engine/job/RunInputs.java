package mirrorneuron.engine.job;

import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;

/** What a run works on, by name: the submission's inputs over those of the definition. */
public final class RunInputs {

    /** Of more messages for one entrypoint the first are shown, and how many there are. */
    private static final int MESSAGES_MAX = 1_000;

    private static final int PREVIEW = 10;

    private RunInputs() {}

    /**
     * The inputs of a workflow and the messages of each entrypoint. Large values of the submission
     * stand as the references that it holds.
     */
    public static JsonObject of(Graph graph, Job.Submission submission) {
        var inputs = JsonObject.builder();
        inputs.putAll(graph.manifest().workflow().inputs());
        graph.manifest()
                .initialInputs()
                .forEach(
                        (entrypoint, messages) ->
                                inputs.put(
                                        graph.writtenId(graph.vertex(entrypoint)).value(),
                                        JsonArray.of(messages)));
        var shown = JsonObject.builder();
        inputs.putAll(submission.inputs())
                .build()
                .forEach((name, value) -> shown.put(name, shown(value)));
        return shown.build();
    }

    private static JsonValue shown(JsonValue value) {
        return value instanceof JsonArray array && array.size() > MESSAGES_MAX
                ? JsonObject.builder()
                        .put("truncated", true)
                        .put("count", array.size())
                        .put(
                                "preview",
                                JsonArray.of(List.copyOf(array.values().subList(0, PREVIEW))))
                        .build()
                : value;
    }
}
