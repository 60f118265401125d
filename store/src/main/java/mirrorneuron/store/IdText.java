package mirrorneuron.store;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import mirrorneuron.api.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * How an id appears inside a key: {@code :}, {@code %}, white space and control characters become
 * {@code %} and two upper-case hex digits for each byte of their UTF-8; everything else stays as it
 * is, so ordinary ids look the same in keys as in records.
 *
 * @see "storage contract, section 1.3"
 */
public final class IdText {

    private IdText() {}

    /** The id as a part of a key whose parts are joined by colons. */
    public static String encode(String id) {
        return encode(id, ':');
    }

    /**
     * The id as a part of a key.
     *
     * @param separator joins the parts of the key, so it is encoded too
     * @throws InvalidRequestException when the text holds half of a surrogate pair: it has no UTF-8
     *     form, and two such ids would meet in one key
     */
    public static String encode(String id, char separator) {
        requireNonNull(id, "id");
        @Nullable StringBuilder encoded = null;
        for (int i = 0; i < id.length(); ) {
            int point = id.codePointAt(i);
            int length = Character.charCount(point);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw new InvalidRequestException(
                        "id: half of a surrogate pair at character "
                                + i
                                + " (expected: well-formed text)");
            }
            if (point == ':' || point == '%' || point == separator || isBlankOrControl(point)) {
                if (encoded == null) {
                    encoded = new StringBuilder(id.length() + 8).append(id, 0, i);
                }
                for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(hexDigit((b >> 4) & 0xf)).append(hexDigit(b & 0xf));
                }
            } else if (encoded != null) {
                encoded.appendCodePoint(point);
            }
            i += length;
        }
        return encoded == null ? id : encoded.toString();
    }

    /** The id that {@link #encode} made this part from. */
    public static String decode(String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        var utf8 = new ByteArrayOutputStream(part.length());
        var bytes = part.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%' && i + 2 < bytes.length) {
                utf8.write(
                        Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16));
                i += 2;
            } else {
                utf8.write(bytes[i]);
            }
        }
        return utf8.toString(StandardCharsets.UTF_8);
    }

    private static boolean isBlankOrControl(int point) {
        return Character.isWhitespace(point)
                || Character.isSpaceChar(point)
                || Character.isISOControl(point);
    }

    private static char hexDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }
}
