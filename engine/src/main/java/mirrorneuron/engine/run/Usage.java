package mirrorneuron.engine.run;

import java.util.List;
import java.util.OptionalLong;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;

/**
 * What model calls cost, as workers report it: an event of type {@value #EVENT}, or members of the
 * {@code metrics} of a step's result. Counts stand at the top or under {@code llm}, {@code usage}
 * or {@code token_usage}.
 *
 * @see "REST contract, section 6.7"
 */
public final class Usage {

    /** The type of event by which a worker reports the cost of one or more calls. */
    public static final String EVENT = "llm_usage";

    private static final List<String> NESTED = List.of("llm", "usage", "token_usage");

    private Usage() {}

    /**
     * {@code input_tokens, output_tokens, total_tokens, calls, estimated} and {@code model} when it
     * is named; empty when the report counts nothing. Negative counts are taken as 0.
     */
    public static JsonObject of(JsonObject report) {
        for (var name : NESTED) {
            if (report.at(name) instanceof JsonObject nested && !nested.isEmpty()) {
                return of(nested);
            }
        }
        var input = count(report, "input_tokens", "prompt_tokens");
        var output = count(report, "output_tokens", "completion_tokens");
        var total = count(report, "total_tokens", "tokens");
        var calls = count(report, "calls", "llm_calls");
        if (input.isEmpty() && output.isEmpty() && total.isEmpty()) {
            return JsonObject.empty();
        }
        long sum = input.orElse(0) + output.orElse(0);
        return JsonObject.builder()
                .put("input_tokens", input.orElse(0))
                .put("output_tokens", output.orElse(0))
                .put("total_tokens", total.orElse(sum))
                .put("calls", calls.orElse(1))
                .put("estimated", report.bool("estimated").orElse(false))
                .putIfPresent("model", report.string("model"))
                .build();
    }

    private static OptionalLong count(JsonObject report, String name, String other) {
        var found = report.at(name) instanceof JsonNumber ? report.at(name) : report.at(other);
        return found instanceof JsonNumber number
                ? OptionalLong.of(Math.max(0, (long) number.asDouble()))
                : OptionalLong.empty();
    }
}
