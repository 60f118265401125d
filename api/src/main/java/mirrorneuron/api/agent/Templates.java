package mirrorneuron.api.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * State helpers of the templates, for agents that declare one. A helper takes a state and returns
 * the next one with the event to append; it never acts by itself. Stateless; safe from any thread.
 */
public final class Templates {

    private static final long BATCH_SIZE_DEFAULT = 10;

    private Templates() {}

    /** A new state and the event that tells of it. */
    public record Step(JsonObject state, Action.Event event) {}

    /** A new batch state: either still filling, or flushed with its items. */
    public record BatchStep(
            JsonObject state, Action.Event event, Optional<List<JsonValue>> flushed) {}

    /** A new reduce state and, when the threshold is reached, the messages collected so far. */
    public record ReduceStep(
            JsonObject state, Action.Event event, Optional<List<JsonValue>> complete) {}

    /** The state a template starts with, from the node's configuration. */
    public static JsonObject initial(String template, JsonObject config) {
        return switch (template) {
            case "map" -> JsonObject.builder().put("processed", 0).build();
            case "stream" ->
                    JsonObject.builder()
                            .put("chunks_received", 0)
                            .put("items_seen", 0)
                            .put("stream_open?", false)
                            .put("stream_id", config.at("stream_id"))
                            .build();
            case "batch" ->
                    JsonObject.builder()
                            .put("batch", JsonArray.empty())
                            .put(
                                    "batch_size",
                                    config.integer("batch_size").orElse(BATCH_SIZE_DEFAULT))
                            .put("flushed_batches", 0)
                            .build();
            case "reduce", "accumulator" ->
                    JsonObject.builder()
                            .put("messages", JsonArray.empty())
                            .put(
                                    "complete_on_message",
                                    config.bool("complete_on_message").orElse(false))
                            .put("complete_after", config.at("complete_after"))
                            .build();
            default -> JsonObject.empty();
        };
    }

    /** Records one transformed message. */
    public static Step mapTransformed(JsonObject state) {
        long processed = count(state, "processed") + 1;
        var next = state.with("processed", JsonNumber.of(processed));
        return new Step(
                next,
                new Action.Event(
                        "map_transformed",
                        JsonObject.builder().put("processed", processed).build()));
    }

    /**
     * Records one chunk of a stream with this many items. The caller keeps {@code stream_open?} and
     * {@code stream_id}.
     */
    public static Step streamChunk(JsonObject state, long items) {
        long chunks = count(state, "chunks_received") + 1;
        long seen = count(state, "items_seen") + items;
        var next =
                state.with("chunks_received", JsonNumber.of(chunks))
                        .with("items_seen", JsonNumber.of(seen));
        return new Step(
                next,
                new Action.Event(
                        "stream_chunk_processed",
                        JsonObject.builder()
                                .put("chunks_received", chunks)
                                .put("items_seen", seen)
                                .build()));
    }

    /** Adds one item; hands the batch back when it is full. */
    public static BatchStep batchPush(JsonObject state, JsonValue item) {
        var batch = new ArrayList<>(state.array("batch").values());
        batch.add(item);
        if (batch.size() >= state.integer("batch_size").orElse(BATCH_SIZE_DEFAULT)) {
            return flush(state, batch);
        }
        return new BatchStep(
                state.with("batch", JsonArray.of(batch)),
                new Action.Event(
                        "batch_buffered", JsonObject.builder().put("size", batch.size()).build()),
                Optional.empty());
    }

    /**
     * Hands back what is left, full or not: for the end of a stream or a flush time. Nothing is
     * flushed from an empty batch.
     */
    public static BatchStep batchFlush(JsonObject state) {
        var batch = state.array("batch").values();
        return batch.isEmpty()
                ? new BatchStep(
                        state,
                        new Action.Event(
                                "batch_buffered", JsonObject.builder().put("size", 0).build()),
                        Optional.empty())
                : flush(state, batch);
    }

    private static BatchStep flush(JsonObject state, List<JsonValue> batch) {
        long flushed = count(state, "flushed_batches") + 1;
        var next =
                state.with("batch", JsonArray.empty())
                        .with("flushed_batches", JsonNumber.of(flushed));
        return new BatchStep(
                next,
                new Action.Event(
                        "batch_buffered",
                        JsonObject.builder()
                                .put("size", batch.size())
                                .put("flushed_batches", flushed)
                                .build()),
                Optional.of(List.copyOf(batch)));
    }

    /** Collects one body; hands all of them back at the threshold. */
    public static ReduceStep reduceCollect(JsonObject state, JsonValue body) {
        var messages = new ArrayList<>(state.array("messages").values());
        messages.add(body);
        boolean complete =
                state.bool("complete_on_message").orElse(false)
                        || threshold(state.at("complete_after")) == messages.size();
        return new ReduceStep(
                state.with("messages", JsonArray.of(messages)),
                new Action.Event(
                        "reducer_received",
                        JsonObject.builder().put("count", messages.size()).build()),
                complete ? Optional.of(List.copyOf(messages)) : Optional.empty());
    }

    private static long threshold(JsonValue value) {
        return switch (value) {
            case JsonNumber number -> number.asLong().orElse(-1);
            case JsonString string when string.value().matches("[0-9]{1,9}") ->
                    Long.parseLong(string.value());
            default -> -1;
        };
    }

    private static long count(JsonObject state, String name) {
        return state.integer(name).orElse(0);
    }
}
