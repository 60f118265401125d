package mirrorneuron.server.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of the log: {@code timestamp, level, logger, message}, then what is known of {@code
 * request_id, job_id, run_id, trace_id}, then other members, then {@code exception} as text.
 */
final class LogLine {

    private static final List<String> IDS = List.of("request_id", "job_id", "run_id", "trace_id");

    private static final int TEXT_CHARS_MAX = 8_192;
    private static final int EXCEPTION_CHARS_MAX = 32_768;

    private final List<String> secrets;

    /**
     * @param secrets values that stand in no line, wherever they come from
     */
    LogLine(List<String> secrets) {
        // The longest first, so that a secret which contains another one leaves no rest.
        this.secrets =
                secrets.stream()
                        .distinct()
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .toList();
    }

    /** The bytes of a line, its end included. */
    byte[] of(
            Instant at,
            String level,
            String logger,
            String message,
            Map<String, ?> members,
            @Nullable Throwable cause) {
        SequencedMap<String, Object> rest = new LinkedHashMap<>(LogContext.current());
        rest.putAll(members);
        var line =
                JsonObject.builder()
                        .put("timestamp", Timestamps.format(at))
                        .put("level", level)
                        .put("logger", logger)
                        .put("message", text(message, TEXT_CHARS_MAX));
        for (var id : IDS) {
            var value = rest.remove(id);
            if (value != null) {
                line.put(id, value(id, value));
            }
        }
        rest.forEach((name, value) -> line.put(name, value(name, value)));
        if (cause != null) {
            var stack = new StringWriter();
            cause.printStackTrace(new PrintWriter(stack));
            line.put("exception", text(stack.toString(), EXCEPTION_CHARS_MAX));
        }
        return (line.build().toString() + '\n').getBytes(StandardCharsets.UTF_8);
    }

    private JsonValue value(String name, Object value) {
        if (Redaction.isSecretKey(name)) {
            return new JsonString(Redaction.MARK);
        }
        return value instanceof Long || value instanceof Integer
                ? JsonNumber.of(((Number) value).longValue())
                : new JsonString(text(String.valueOf(value), TEXT_CHARS_MAX));
    }

    private String text(String text, int charsMax) {
        // What is left out may begin in the middle of a secret, so they are taken out before.
        var hidden = Redaction.inText(text);
        for (var secret : secrets) {
            hidden = hidden.replace(secret, Redaction.MARK);
        }
        return hidden.length() <= charsMax ? hidden : hidden.substring(0, charsMax) + "…";
    }
}
