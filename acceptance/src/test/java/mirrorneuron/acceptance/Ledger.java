package mirrorneuron.acceptance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** What the events of a job that has ended say was done. */
final class Ledger {

    private Ledger() {}

    /** Whatever was tried how often: each message, command and step is done once in the log. */
    static List<String> problems(JobId id, List<JsonObject> events) {
        var wrong = new ArrayList<String>();
        once(events, "message_acked", event -> event.object("payload").at("message_id"), wrong);
        once(
                events,
                "sandbox_job_completed",
                event -> event.object("payload").at("lease_id"),
                wrong);
        once(events, "workflow_step_completed", event -> event.at("step_id"), wrong);
        long completed = events.stream().filter(it -> is(it, "sandbox_job_completed")).count();
        if (!Outcomes.completed(id, completed)) {
            wrong.add(completed + " commands completed, of " + Outcomes.commands(id));
        }
        var expected = List.of("job_" + Outcomes.status(id));
        var ends =
                events.stream()
                        .map(event -> event.string("type").orElse(""))
                        .filter(type -> type.matches("job_(completed|failed|cancelled)"))
                        .toList();
        if (!ends.equals(expected)) {
            wrong.add("ends: expected " + expected + ", but " + ends);
        }
        return wrong;
    }

    private static void once(
            List<JsonObject> events,
            String type,
            Function<JsonObject, JsonValue> what,
            List<String> wrong) {
        var done = new HashSet<JsonValue>();
        for (var event : events) {
            if (is(event, type) && !done.add(what.apply(event))) {
                wrong.add(type + " a second time: " + event);
            }
        }
    }

    static boolean is(JsonObject event, String type) {
        return event.string("type").orElse("").equals(type);
    }
}
