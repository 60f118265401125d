package mirrorneuron.server.grpc.job;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Keeps the details of a job small enough for every client, however large the job is.
 *
 * @see "gRPC contract, section 5"
 */
final class Bounds {

    static final int TEXT_BYTES_MAX = 8_192;
    static final int ITEMS_MAX = 50;
    static final int DOCUMENT_BYTES_MAX = 1_000_000;

    private static final int LAST_ITEMS_MAX = 25;

    private static final String[] IDENTITY = {
        "job_id",
        "graph_id",
        "job_name",
        "run_id",
        "job_type",
        "status",
        "submitted_at",
        "updated_at",
        "started_at",
        "finished_at"
    };

    private static final String[] AGENT = {
        "agent_id",
        "agent_type",
        "type",
        "assigned_node",
        "status",
        "running?",
        "paused?",
        "processed_messages",
        "mailbox_depth"
    };

    private static final String[] SANDBOX = {"agent_id", "sandbox_name", "exit_code", "pool"};

    private Bounds() {}

    /**
     * Cuts texts and lists, then, while the whole is still too large, leaves out events and at last
     * everything but who it is about and how it stands.
     *
     * @param details {@code job, summary, agents, recent_events, sandboxes}
     */
    static JsonObject fit(JsonObject details) {
        var cut = (JsonObject) cut(details);
        if (fits(cut)) {
            return cut;
        }
        var summary = cut.object("summary").with("detail_truncated", JsonBool.of(true));
        var eventless = cut.with("recent_events", JsonArray.empty()).with("summary", summary);
        return fits(eventless) ? eventless : leastOf(eventless);
    }

    private static boolean fits(JsonObject document) {
        return Json.bytes(document).length <= DOCUMENT_BYTES_MAX;
    }

    private static JsonObject leastOf(JsonObject details) {
        return JsonObject.builder()
                .put("job", members(details.object("job"), IDENTITY))
                .put(
                        "summary",
                        members(details.object("summary"), IDENTITY)
                                .with("detail_truncated", JsonBool.of(true)))
                .put("agents", first(details.array("agents"), AGENT))
                .put("recent_events", JsonArray.empty())
                .put("sandboxes", first(details.array("sandboxes"), SANDBOX))
                .build();
    }

    private static JsonArray first(JsonArray list, String[] names) {
        return JsonArray.of(
                list.stream()
                        .limit(LAST_ITEMS_MAX)
                        .filter(JsonObject.class::isInstance)
                        .map(item -> members((JsonObject) item, names))
                        .toList());
    }

    private static JsonObject members(JsonObject object, String[] names) {
        var some = JsonObject.builder();
        for (var name : names) {
            object.get(name).ifPresent(value -> some.put(name, value));
        }
        return some.build();
    }

    static JsonValue cut(JsonValue value) {
        return switch (value) {
            case JsonString(var text) -> cut(text);
            case JsonArray list -> cut(list);
            case JsonObject object -> {
                var members = JsonObject.builder();
                object.forEach((name, member) -> members.put(name, cut(member)));
                yield members.build();
            }
            default -> value;
        };
    }

    private static JsonArray cut(JsonArray list) {
        var items = new ArrayList<JsonValue>();
        list.stream().limit(ITEMS_MAX).forEach(item -> items.add(cut(item)));
        if (list.size() > ITEMS_MAX) {
            items.add(JsonObject.builder().put("truncated_items", list.size() - ITEMS_MAX).build());
        }
        return JsonArray.of(items);
    }

    private static JsonString cut(String text) {
        // No character takes more than three bytes for each of its chars.
        if (text.length() * 3L <= TEXT_BYTES_MAX) {
            return new JsonString(text);
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= TEXT_BYTES_MAX) {
            return new JsonString(text);
        }
        int end = TEXT_BYTES_MAX;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new JsonString(
                new String(bytes, 0, end, StandardCharsets.UTF_8)
                        + "… ("
                        + (bytes.length - end)
                        + " bytes dropped)");
    }
}
