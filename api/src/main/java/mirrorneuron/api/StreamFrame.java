package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import mirrorneuron.api.json.JsonObject;

/**
 * Marks a message as one of an ordered stream. Frames of one stream between two agents are
 * delivered in the order in which they were sent; a missing number is reported, not waited for.
 *
 * @param seq counts from any number, one more per frame
 * @param open true on the first frame
 * @param close true on the last frame
 */
public record StreamFrame(String streamId, long seq, boolean open, boolean close) {

    public StreamFrame {
        requireNonNull(streamId, "streamId");
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("stream_id", streamId)
                .put("seq", seq)
                .put("open", open)
                .put("close", close)
                .build();
    }

    /** Reads what {@link #toJson()} wrote; what is missing is empty. */
    public static StreamFrame fromJson(JsonObject json) {
        return new StreamFrame(
                json.string("stream_id").orElse(""),
                json.integer("seq").orElse(0),
                json.bool("open").orElse(false),
                json.bool("close").orElse(false));
    }
}
