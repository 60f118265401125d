package mirrorneuron.server.http;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The header by which a caller says which trace a request is part of.
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @param spanId of the caller, 16 hexadecimal digits, not all zero
 * @param sampled whether the caller records the trace
 * @see <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {

    public static final String HEADER = "traceparent";

    // Later versions begin like this one, and more may follow behind a hyphen.
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    /** Empty when the text is none: such a header is ignored, as the standard asks. */
    public static Optional<TraceParent> of(String text) {
        var found = FORM.matcher(text.strip());
        if (!found.matches()
                || found.group(1).equals("ff")
                || (found.group(1).equals("00") && found.group(5) != null)
                || found.group(2).matches("0+")
                || found.group(3).matches("0+")) {
            return Optional.empty();
        }
        return Optional.of(
                new TraceParent(
                        found.group(2),
                        found.group(3),
                        (Integer.parseInt(found.group(4), 16) & 1) != 0));
    }

    /** The header's value. */
    public String text() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }
}
