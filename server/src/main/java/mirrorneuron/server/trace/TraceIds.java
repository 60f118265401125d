package mirrorneuron.server.trace;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ids of events in the form that collectors of traces want. The ids of ours are 16 bytes in
 * base64 behind {@code trc_} or {@code spn_}: a trace keeps all of them, a span the first 8.
 */
final class TraceIds {

    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;

    /** A trace that a caller named by a {@code traceparent} header. */
    private static final Pattern HEX = Pattern.compile("(?!0{32})[0-9a-f]{32}");

    private TraceIds() {}

    /** 32 hexadecimal digits; of a text that is none of ours, those of its SHA-256. */
    static String trace(String traceId) {
        return HEX.matcher(traceId).matches()
                ? traceId
                : hex(bytes(traceId, "trc_").orElseGet(() -> digest(traceId)), TRACE_BYTES);
    }

    /** 16 hexadecimal digits. */
    static String span(String spanId) {
        return hex(bytes(spanId, "spn_").orElseGet(() -> digest(spanId)), SPAN_BYTES);
    }

    private static Optional<byte[]> bytes(String id, String prefix) {
        if (!id.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            var bytes = Base64.getUrlDecoder().decode(id.substring(prefix.length()));
            return bytes.length == TRACE_BYTES ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException chosenBySomebody) {
            return Optional.empty();
        }
    }

    private static String hex(byte[] bytes, int length) {
        return HexFormat.of().formatHex(Arrays.copyOf(bytes, length));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is missing", impossible);
        }
    }
}
