package mirrorneuron.runtime.operation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * An operation as its events tell it: the same whether they just happened or were read from the
 * store. Used by one thread at a time.
 *
 * <p>Events are objects of {@code sequence, type, timestamp, operation_id} and, where they apply,
 * {@code item_id, status, error}.
 */
final class OperationState {

    private final JsonObject head;
    private final Map<String, Item> items = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private String status = "running";
    private String updatedAt;
    private long sequence;

    /** An item that has begun; one that has not is in no event. */
    private record Item(String status, String startedAt, String endedAt, String error) {}

    /**
     * @param head {@code operation_id, kind, options, targets, created_at}
     */
    OperationState(JsonObject head) {
        this.head = head;
        this.updatedAt = head.string("created_at").orElse("");
    }

    static JsonObject head(
            String id,
            OperationKind kind,
            JsonObject options,
            List<JobId> targets,
            String createdAt) {
        return JsonObject.builder()
                .put("operation_id", id)
                .put("kind", kind.wire())
                .put("options", options)
                .put("targets", JsonArray.ofStrings(targets.stream().map(JobId::value).toList()))
                .put("created_at", createdAt)
                .build();
    }

    String id() {
        return head.string("operation_id").orElse("");
    }

    OperationKind kind() {
        return head.string("kind").flatMap(OperationKind::ofWire).orElseThrow();
    }

    boolean dryRun() {
        return head.object("options").bool("dry_run").orElse(false);
    }

    List<JobId> targets() {
        var targets = new ArrayList<JobId>();
        for (var target : head.array("targets")) {
            if (target instanceof JsonString(var id)) {
                targets.add(JobId.of(id));
            }
        }
        return targets;
    }

    /** Total: what an event does not say stays as it was. */
    void apply(JsonObject event) {
        sequence = event.integer("sequence").orElse(sequence);
        updatedAt = event.string("timestamp").orElse(updatedAt);
        var item = event.string("item_id");
        var said = event.string("status").orElse(status);
        if (item.isEmpty()) {
            status = said;
            return;
        }
        var before = items.get(item.get());
        if (before != null) {
            counts.merge(group(before.status()), -1, Integer::sum);
        }
        boolean ends = !event.string("type").orElse("").equals("item_started");
        items.put(
                item.get(),
                new Item(
                        said,
                        before == null ? updatedAt : before.startedAt(),
                        ends ? updatedAt : "",
                        event.string("error").orElse("")));
        counts.merge(group(said), 1, Integer::sum);
    }

    private static String group(String itemStatus) {
        return switch (itemStatus) {
            case "running", "failed" -> itemStatus;
            case "cancellation_pending" -> "deferred";
            default -> "succeeded";
        };
    }

    private int count(String group) {
        return counts.getOrDefault(group, 0);
    }

    long sequence() {
        return sequence;
    }

    boolean isBegun(JobId target) {
        return items.containsKey(target.value());
    }

    /** Whether nothing is left to be done about the target now. */
    boolean isFinished(JobId target) {
        var item = items.get(target.value());
        return item != null && !item.status().equals("running");
    }

    boolean isDeferred(JobId target) {
        var item = items.get(target.value());
        return item != null && item.status().equals("cancellation_pending");
    }

    boolean anyDeferred() {
        return count("deferred") > 0;
    }

    boolean anyFailed() {
        return count("failed") > 0;
    }

    /** Whether it only waits for jobs to end. */
    boolean isWaiting() {
        return status.equals("waiting");
    }

    boolean isTerminal() {
        return status.startsWith("completed") || status.equals("failed");
    }

    /** As callers read it. */
    JsonObject document() {
        int total = head.array("targets").size();
        var document =
                JsonObject.builder()
                        .put("operation_id", id())
                        .put("kind", head.at("kind"))
                        .put("status", status)
                        .put("target_count", total)
                        .put(
                                "counters",
                                JsonObject.builder()
                                        .put("total", total)
                                        .put("finished", count("succeeded") + count("failed"))
                                        .put("succeeded", count("succeeded"))
                                        .put("deferred", count("deferred"))
                                        .put("failed", count("failed"))
                                        .build())
                        .put("items", itemDocuments())
                        .put("created_at", head.at("created_at"))
                        .put("updated_at", updatedAt);
        head.object("options").forEach(document::put);
        return document.build();
    }

    private JsonObject itemDocuments() {
        var documents = JsonObject.builder();
        items.forEach(
                (id, item) ->
                        documents.put(
                                id,
                                JsonObject.builder()
                                        .put("item_id", id)
                                        .put("target", id)
                                        .put("status", item.status())
                                        .put("result", JsonNull.NULL)
                                        .put("error", orNull(item.error()))
                                        .put("started_at", item.startedAt())
                                        .put("ended_at", orNull(item.endedAt()))
                                        .build()));
        return documents.build();
    }

    private static JsonValue orNull(String text) {
        return text.isEmpty() ? JsonNull.NULL : new JsonString(text);
    }
}
