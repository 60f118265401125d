package mirrorneuron.cli.view;

import java.util.Locale;
import mirrorneuron.api.json.JsonObject;

/** Writes the records of a run, each on one line. Stateless. */
public final class RecordText {

    private static final int TIME_FROM = "2026-01-31T".length();
    private static final int TIME_TO = "2026-01-31T12:00:00.000".length();

    private RecordText() {}

    public static String time(JsonObject record) {
        var ts = record.string("ts").orElse("");
        return ts.length() >= TIME_TO ? ts.substring(TIME_FROM, TIME_TO) : ts;
    }

    /** {@code time type who details}. */
    public static String event(JsonObject record) {
        var line =
                new StringBuilder(time(record))
                        .append(' ')
                        .append(record.string("type").orElse("event"));
        record.string("agent_id").ifPresent(agent -> line.append(' ').append(agent));
        var details = EventText.summary(record.object("payload"));
        return details.isEmpty() ? line.toString() : line.append(' ').append(details).toString();
    }

    /** {@code time LEVEL component message}. */
    public static String log(JsonObject record) {
        return String.format(
                Locale.ROOT,
                "%s %-5s %s %s",
                time(record),
                record.string("level").orElse("INFO"),
                record.string("component").orElse("-"),
                record.string("message").orElse(""));
    }

    /** Any record, with its channel before it. */
    public static String any(JsonObject record) {
        var channel = record.string("channel").orElse("");
        return String.format(
                Locale.ROOT,
                "%-9s %s",
                channel,
                switch (channel) {
                    case "logs" -> log(record);
                    case "timeline" -> timeline(record);
                    case "resources" -> resources(record);
                    default -> event(record);
                });
    }

    private static String timeline(JsonObject record) {
        return time(record)
                + " "
                + record.string("type").orElse("record")
                + record.string("phase").map(phase -> " phase=" + phase).orElse("")
                + record.string("step_id").map(step -> " step=" + step).orElse("")
                + record.string("status").map(status -> " " + status).orElse("")
                + record.string("summary").map(text -> " " + text).orElse("");
    }

    private static String resources(JsonObject record) {
        return time(record)
                + " "
                + record.string("component").orElse("worker")
                + " "
                + EventText.summary(
                        record.without("ts")
                                .without("run_id")
                                .without("id")
                                .without("channel")
                                .without("component"))
                + (record.has("llm") ? " " + EventText.summary(record.object("llm")) : "");
    }
}
