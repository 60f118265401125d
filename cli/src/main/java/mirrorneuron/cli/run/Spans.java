package mirrorneuron.cli.run;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;

/** What a run's timeline tells of its steps and agents: when each began and ended. Stateless. */
final class Spans {

    private Spans() {}

    /**
     * A step or an agent from the first word of it to the last, or something that happened at one
     * moment.
     */
    record Span(String label, String status, long beginMs, long endMs) {

        boolean isMoment() {
            return beginMs == endMs;
        }

        long tookMs() {
            return endMs - beginMs;
        }

        private Span until(Span later) {
            return new Span(
                    label,
                    later.status.isEmpty() ? status : later.status,
                    Math.min(beginMs, later.beginMs),
                    Math.max(endMs, later.endMs));
        }
    }

    /** From the first beginning to the last end. */
    record Scale(long firstMs, long lastMs) {

        static Scale of(List<Span> spans) {
            return new Scale(
                    spans.stream().mapToLong(Span::beginMs).min().orElse(0),
                    spans.stream().mapToLong(Span::endMs).max().orElse(0));
        }

        /** Where a moment lies on a line of a length. */
        double at(long ms, double length) {
            return (ms - firstMs) * length / Math.max(1, lastMs - firstMs);
        }
    }

    /** In the order in which they began to be told of. */
    static List<Span> of(List<JsonObject> records) {
        var spans = new LinkedHashMap<String, Span>();
        for (var record : records) {
            try {
                long end = Timestamps.parse(record.string("ts").orElse("")).toEpochMilli();
                var span =
                        new Span(
                                label(record),
                                status(record),
                                end - record.integer("duration_ms").orElse(0),
                                end);
                spans.merge(span.label(), span, Span::until);
            } catch (DateTimeException unreadable) {
                // A worker's own record may say anything; without a time it has no place here.
            }
        }
        return new ArrayList<>(spans.values());
    }

    /** What concerns the whole run is one line, whoever ended it. */
    private static String label(JsonObject record) {
        var type = record.string("type").orElse("record");
        return type.startsWith("run_")
                ? "run"
                : record.string("step_id").or(() -> record.string("agent_id")).orElse(type);
    }

    /** Of an agent that passes work on nothing more is told than that it began. */
    private static String status(JsonObject record) {
        return record.string("type").filter(type -> type.endsWith("_started")).isPresent()
                ? "started"
                : record.string("status").orElse("");
    }
}
