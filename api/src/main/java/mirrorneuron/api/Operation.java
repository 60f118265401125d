package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * An action on many jobs, as far as it came.
 *
 * @param kind {@code cancel_all_jobs}, {@code clear_jobs}, or one of a newer release
 * @param items its parts that have begun, in that order; empty where operations are listed
 * @param updatedAt when something happened last
 * @param raw the whole document
 */
public record Operation(
        OperationId id,
        String kind,
        OperationStatus status,
        Counters counters,
        List<Item> items,
        Instant createdAt,
        Instant updatedAt,
        JsonObject raw) {

    public Operation {
        requireNonNull(id, "id");
        requireNonNull(status, "status");
        items = List.copyOf(items);
    }

    /**
     * How many targets there are, and what became of them so far.
     *
     * @param finished those that succeeded or failed
     * @param deferred those that will end by themselves
     */
    public record Counters(int total, int finished, int succeeded, int deferred, int failed) {}

    /**
     * The part for one target.
     *
     * @param target a job's id
     * @param status {@code running}, {@code cancelled}, {@code cleared}, {@code skipped}, {@code
     *     dry_run}, {@code cancellation_pending} or {@code failed}
     * @param error why it failed; absent unless it did
     */
    public record Item(String target, String status, Optional<String> error) {}

    /** Reads the document of an operation; members that are missing become empty. */
    public static Operation fromJson(JsonObject raw) {
        var counters = raw.object("counters");
        var items = raw.object("items");
        return new Operation(
                OperationId.of(raw.string("operation_id").orElse("unknown")),
                raw.string("kind").orElse(""),
                OperationStatus.ofWire(raw.string("status").orElse("")),
                new Counters(
                        count(counters, "total"),
                        count(counters, "finished"),
                        count(counters, "succeeded"),
                        count(counters, "deferred"),
                        count(counters, "failed")),
                items.names().stream().map(id -> item(id, items.object(id))).toList(),
                time(raw, "created_at"),
                time(raw, "updated_at"),
                raw);
    }

    private static Item item(String id, JsonObject raw) {
        return new Item(
                raw.string("target").orElse(id),
                raw.string("status").orElse(""),
                raw.string("error"));
    }

    private static int count(JsonObject counters, String name) {
        return (int) counters.integer(name).orElse(0);
    }

    private static Instant time(JsonObject raw, String name) {
        return raw.string(name)
                .filter(text -> !text.isEmpty())
                .map(Timestamps::parse)
                .orElse(Instant.EPOCH);
    }

    public JsonObject toJson() {
        return raw;
    }
}
