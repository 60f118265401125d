package mirrorneuron.cli.view;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** Writes an event on one line. Stateless. */
public final class EventText {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final int SUMMARY_MEMBERS_MAX = 4;
    private static final int SUMMARY_CHARS_MAX = 200;

    /** A fingerprint tells a reader nothing beyond its first characters. */
    private static final int VALUE_CHARS_MAX = 60;

    /** Steps of a job's life that follow each other within a millisecond. */
    private static final Set<String> PRELUDE =
            Set.of("job_pending", "job_validated", "job_scheduled");

    /** What a person who watches a run wants to read although it is not the job's own life. */
    private static final Set<String> NOTEWORTHY =
            Set.of(
                    "dead_letter",
                    "sandbox_job_failed",
                    "executor_retry_scheduled",
                    "executor_lease_rejected",
                    "message_retry_scheduled",
                    "agent_restart_scheduled",
                    "agent_restart_deferred",
                    "executor_fallback_dispatched",
                    "message_replayed",
                    "agent_beacon_missed",
                    "stream_gap",
                    "message_unrouted",
                    "human_notice");

    private EventText() {}

    /** {@code time type agent summary}: the stable form for pipes. */
    public static String line(RuntimeEvent event) {
        var line =
                new StringBuilder(TIME.withZone(ZoneOffset.UTC).format(event.timestamp()))
                        .append(' ')
                        .append(event.type());
        event.agentId().ifPresent(agent -> line.append(' ').append(agent));
        var summary = summary(event.payload());
        if (!summary.isEmpty()) {
            line.append(' ').append(summary);
        }
        return Text.clean(line.toString());
    }

    /** {@code 12:00:03 type (agent) summary}, for a person, in local time. */
    public static String human(RuntimeEvent event, ZoneId zone) {
        var line =
                new StringBuilder(TIME.withZone(zone).format(event.timestamp()).substring(0, 8))
                        .append(' ')
                        .append(event.type());
        event.agentId()
                .map(AgentId::value)
                .ifPresent(id -> line.append(" (").append(id).append(')'));
        var summary = summary(event.payload());
        if (!summary.isEmpty()) {
            line.append(' ').append(summary);
        }
        return Text.clean(line.toString());
    }

    /** Whether the event belongs among the few lines that a piped run prints. */
    public static boolean isNoteworthy(RuntimeEvent event) {
        return event.type().startsWith("job_") && !PRELUDE.contains(event.type())
                || NOTEWORTHY.contains(event.type());
    }

    /** The first few members that are single values, and the last line of what a worker wrote. */
    public static String summary(JsonObject payload) {
        var parts = new ArrayList<String>();
        for (var member : payload.members()) {
            var value = member.getValue();
            if (value.isNull() || value instanceof JsonObject || value instanceof JsonArray) {
                continue;
            }
            var text = value instanceof JsonString string ? string.value() : value.toString();
            if (!text.isBlank() && !member.getKey().equals("logs")) {
                parts.add(
                        member.getKey()
                                + "="
                                + (Redaction.isSecretKey(member.getKey())
                                        ? Secrets.MARK
                                        : Text.cut(text, VALUE_CHARS_MAX)));
            }
            if (parts.size() == SUMMARY_MEMBERS_MAX) {
                break;
            }
        }
        payload.string("logs")
                .flatMap(
                        logs ->
                                logs.lines()
                                        .filter(line -> !line.isBlank())
                                        .reduce((_, last) -> last))
                .ifPresent(line -> parts.add("logs=\"" + line.strip() + "\""));
        return Text.cut(Text.clean(Secrets.in(String.join(" ", parts))), SUMMARY_CHARS_MAX);
    }

    /** The lines of several events. */
    public static List<String> lines(List<RuntimeEvent> events) {
        return events.stream().map(EventText::line).toList();
    }
}
