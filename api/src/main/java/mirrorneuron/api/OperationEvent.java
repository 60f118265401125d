package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * Something that happened in an operation.
 *
 * @param sequence counts from 1 within the operation, without gaps
 * @param type {@code operation_started}, {@code item_started}, {@code item_completed}, {@code
 *     item_deferred}, {@code item_failed}, {@code operation_deferred} or {@code
 *     operation_completed}
 * @param itemId the target that it is about; absent for events of the whole
 * @param status of the item, else of the operation
 * @param error why the item failed; absent unless it did
 * @param raw the whole document
 */
public record OperationEvent(
        long sequence,
        String type,
        Instant timestamp,
        Optional<String> itemId,
        String status,
        Optional<String> error,
        JsonObject raw) {

    public OperationEvent {
        requireNonNull(type, "type");
        requireNonNull(timestamp, "timestamp");
        requireNonNull(status, "status");
        requireNonNull(raw, "raw");
    }

    /** The last event of an operation. */
    public boolean terminal() {
        return itemId.isEmpty() && OperationStatus.ofWire(status).terminal();
    }

    /** Reads the document of an event; members that are missing become empty. */
    public static OperationEvent fromJson(JsonObject raw) {
        return new OperationEvent(
                raw.integer("sequence").orElse(0),
                raw.string("type").orElse(""),
                raw.string("timestamp").map(Timestamps::parse).orElse(Instant.EPOCH),
                raw.string("item_id"),
                raw.string("status").orElse(""),
                raw.string("error"),
                raw);
    }

    public JsonObject toJson() {
        return raw;
    }
}
