package mirrorneuron.runtime.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.run.HumanRecords;

/**
 * Who was asked what and who has answered, from the records of {@code human.jsonl} in their order.
 *
 * @see "REST contract, section 6.8"
 */
final class HumanDesk {

    private static final Set<String> TYPES =
            Set.of(
                    HumanRecords.REQUESTED,
                    HumanRecords.RECEIVED,
                    HumanRecords.TIMED_OUT,
                    HumanRecords.NOTICE,
                    HumanRecords.ACKNOWLEDGED);

    private final List<JsonObject> records;
    private final Map<String, JsonObject> byKey = new HashMap<>();

    private HumanDesk(List<JsonObject> written) {
        written.forEach(record -> byKey.put(HumanFile.key(record), record));
        records = written.stream().map(this::withStatus).toList();
        records.forEach(record -> byKey.put(HumanFile.key(record), record));
    }

    /** A request was written down before it was answered; here it says how it stands now. */
    private JsonObject withStatus(JsonObject record) {
        if (!record.string("type").equals(Optional.of(HumanRecords.REQUESTED))) {
            return record;
        }
        var payload = record.object("payload");
        var status =
                answer(payload.string("request_id").orElse(""))
                        .map(
                                answer ->
                                        answer.string("type")
                                                        .equals(Optional.of(HumanRecords.TIMED_OUT))
                                                ? "expired"
                                                : "answered")
                        .orElse("pending");
        return record.with("payload", payload.with("status", new JsonString(status)));
    }

    /**
     * @param written lines of the file; workers leave out what they do not know
     * @param jobId empty when it is not known
     */
    static HumanDesk of(List<JsonObject> written, String runId, String jobId, String fallbackTs) {
        var merged = new LinkedHashMap<String, JsonObject>();
        for (var line : written) {
            var record = whole(line, runId, jobId, fallbackTs);
            // Without a name nobody can answer it; the runtime names it once the worker is done.
            if (TYPES.contains(record.string("type").orElse("")) && HumanFile.isNamed(record)) {
                merged.merge(HumanFile.key(record), record, HumanDesk::merged);
            }
        }
        return new HumanDesk(List.copyOf(withoutAskedTwice(merged).values()));
    }

    /** A question that nobody answered before the step's gate asked it again is the gate's. */
    private static Map<String, JsonObject> withoutAskedTwice(Map<String, JsonObject> records) {
        for (var record : List.copyOf(records.values())) {
            var name = record.object("payload").string("asked_as");
            if (name.isPresent()
                    && !records.containsKey(HumanRecords.RECEIVED + '\n' + name.get())) {
                records.remove(HumanRecords.REQUESTED + '\n' + name.get());
            }
        }
        return records;
    }

    /** The request that a name means now: that of the gate which took the question over. */
    String nameOf(String requestId) {
        if (request(requestId).isPresent()) {
            return requestId;
        }
        return records.stream()
                .map(record -> record.object("payload"))
                .filter(payload -> payload.string("asked_as").filter(requestId::equals).isPresent())
                .flatMap(payload -> payload.string("request_id").stream())
                .reduce((_, last) -> last)
                .orElse(requestId);
    }

    /** What the worker wrote, with what the runtime knows beside it. */
    private static JsonObject merged(JsonObject first, JsonObject second) {
        var payload = JsonObject.builder().putAll(second.object("payload"));
        first.object("payload").forEach(payload::put);
        var record = JsonObject.builder().putAll(second);
        first.forEach(record::put);
        return record.put("payload", payload.build()).build();
    }

    private static JsonObject whole(
            JsonObject line, String runId, String jobId, String fallbackTs) {
        var type = line.string("type").or(() -> line.string("event")).orElse("");
        var ts = line.string("ts").or(() -> line.string("timestamp")).orElse(fallbackTs);
        var record = JsonObject.builder().put("ts", ts).put("timestamp", ts).put("run_id", runId);
        if (!jobId.isEmpty()) {
            record.put("job_id", jobId);
        }
        record.put("channel", "human").put("type", type);
        for (var name : List.of("event_id", "agent_id", "step_id")) {
            record.putIfPresent(name, line.string(name));
        }
        return record.put("payload", HumanFile.payload(line)).build();
    }

    List<JsonObject> all() {
        return records;
    }

    /** Requests without an answer and notices without an acknowledgement. */
    List<JsonObject> pending() {
        return records.stream().filter(this::isPending).toList();
    }

    /** Everything that is settled, answers included. */
    List<JsonObject> answered() {
        var rest = new ArrayList<>(records);
        rest.removeAll(new HashSet<>(pending()));
        return rest;
    }

    private boolean isPending(JsonObject record) {
        var payload = record.object("payload");
        return switch (record.string("type").orElse("")) {
            case HumanRecords.REQUESTED ->
                    answer(payload.string("request_id").orElse("")).isEmpty();
            case HumanRecords.NOTICE ->
                    acknowledgement(payload.string("notice_id").orElse("")).isEmpty();
            default -> false;
        };
    }

    Optional<JsonObject> request(String id) {
        return Optional.ofNullable(byKey.get(HumanRecords.REQUESTED + '\n' + id));
    }

    /** What somebody answered, or what was decided because nobody did. */
    Optional<JsonObject> answer(String requestId) {
        return Optional.ofNullable(byKey.get(HumanRecords.RECEIVED + '\n' + requestId))
                .or(
                        () ->
                                Optional.ofNullable(
                                        byKey.get(HumanRecords.TIMED_OUT + '\n' + requestId)));
    }

    Optional<JsonObject> notice(String id) {
        return Optional.ofNullable(byKey.get(HumanRecords.NOTICE + '\n' + id));
    }

    Optional<JsonObject> acknowledgement(String noticeId) {
        return Optional.ofNullable(byKey.get(HumanRecords.ACKNOWLEDGED + '\n' + noticeId));
    }

    /** The decisions that a request allows; empty = any. */
    static List<String> allowed(JsonObject request) {
        var payload = request.object("payload");
        JsonArray named = payload.array("allowed_decisions");
        return named.stream()
                .filter(JsonString.class::isInstance)
                .map(text -> ((JsonString) text).value())
                .toList();
    }
}
