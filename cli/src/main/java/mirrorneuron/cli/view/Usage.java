package mirrorneuron.cli.view;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/**
 * What a run uses, as its samples say.
 *
 * @param tokens of model calls, from the run's start; 0 when none were reported
 * @param cpuPercent of one processor, now; empty when nothing was measured
 * @param memoryMb now; empty when nothing was measured
 */
public record Usage(long tokens, OptionalDouble cpuPercent, OptionalDouble memoryMb) {

    public static final Usage UNKNOWN =
            new Usage(0, OptionalDouble.empty(), OptionalDouble.empty());

    /** Reads a run's report of resources. */
    public static Usage of(JsonObject report) {
        var latest = report.object("latest");
        return new Usage(
                report.object("token_totals").integer("total_tokens").orElse(0),
                number(latest, "cpu_pct"),
                number(latest, "memory_rss_mb"));
    }

    private static OptionalDouble number(JsonObject sample, String member) {
        return sample.at(member) instanceof JsonNumber number
                ? OptionalDouble.of(number.asDouble())
                : OptionalDouble.empty();
    }

    /** {@code 12,340 tokens · cpu 85 % · memory 512 MB}; empty when nothing is known. */
    String text() {
        var text = new StringJoiner(" · ");
        if (tokens > 0) {
            text.add(String.format(Locale.ROOT, "%,d tokens", tokens));
        }
        cpuPercent.ifPresent(percent -> text.add("cpu " + Math.round(percent) + " %"));
        memoryMb.ifPresent(mb -> text.add("memory " + Math.round(mb) + " MB"));
        return text.toString();
    }
}
