package mirrorneuron.api.json;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** A strict RFC 8259 reader over UTF-8 bytes. One reader reads one document on one thread. */
final class JsonReader {

    /**
     * Longer numbers are refused: no document means one, and reading it would cost quadratic time.
     */
    private static final int NUMBER_CHARS_MAX = 1_000;

    /**
     * Names that were read before, by a hash of their bytes: a document of a hundred thousand equal
     * parts then holds each of its names once. A name that is not in its place takes it, so that
     * those of use now are found. Threads race for a place without harm, for a text is whole
     * whoever put it there.
     */
    private static final String[] NAMES = new String[1 << 11];

    private static final int NAME_BYTES_MAX = 40;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final int depthMax;
    private int at;
    private int depth;

    JsonReader(byte[] bytes, int start, int end, int depthMax) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.depthMax = depthMax;
        this.at = start;
    }

    JsonValue document() {
        var value = value();
        skipSpace();
        if (at < end) {
            throw error("Expected the end of the document, but found " + found());
        }
        return value;
    }

    private JsonValue value() {
        skipSpace();
        if (at >= end) {
            throw error("Expected a value, but found the end of the text");
        }
        return switch (bytes[at]) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new JsonString(string());
            case 't' -> literal("true", JsonBool.TRUE);
            case 'f' -> literal("false", JsonBool.FALSE);
            case 'n' -> literal("null", JsonNull.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw error("Expected a value, but found " + found());
        };
    }

    private JsonObject object() {
        descend();
        at++;
        var builder = JsonObject.builder();
        skipSpace();
        if (at < end && bytes[at] == '}') {
            at++;
            depth--;
            return JsonObject.empty();
        }
        while (true) {
            skipSpace();
            if (at >= end || bytes[at] != '"') {
                throw error("Expected a member name in quotes, but found " + found());
            }
            var name = name();
            skipSpace();
            expect(':', "a colon after the member name");
            builder.put(name, value());
            skipSpace();
            if (at < end && bytes[at] == ',') {
                at++;
                continue;
            }
            expect('}', "a comma or the end of the object");
            depth--;
            return builder.build();
        }
    }

    private JsonArray array() {
        descend();
        at++;
        skipSpace();
        if (at < end && bytes[at] == ']') {
            at++;
            depth--;
            return JsonArray.empty();
        }
        var values = new ArrayList<JsonValue>();
        while (true) {
            values.add(value());
            skipSpace();
            if (at < end && bytes[at] == ',') {
                at++;
                continue;
            }
            expect(']', "a comma or the end of the array");
            depth--;
            return JsonArray.of(values);
        }
    }

    private String name() {
        int from = at + 1;
        int to = from;
        int last = Math.min(end, from + NAME_BYTES_MAX);
        int hash = 0;
        while (to < last && isPlain(bytes[to])) {
            hash = hash * 31 + bytes[to++];
        }
        if (to >= end || bytes[to] != '"') {
            return string();
        }
        int place = (hash ^ hash >>> 15) & NAMES.length - 1;
        var known = NAMES[place];
        if (known == null || !isText(known, from, to)) {
            known = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
            NAMES[place] = known;
        }
        at = to + 1;
        return known;
    }

    /** ASCII that stands for itself. */
    private static boolean isPlain(byte b) {
        return b >= 0x20 && b != '"' && b != '\\';
    }

    private boolean isText(String text, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i - from) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private String string() {
        int from = ++at;
        boolean ascii = true;
        while (at < end) {
            byte b = bytes[at];
            if (b == '"') {
                var text =
                        ascii
                                ? new String(bytes, from, at - from, StandardCharsets.ISO_8859_1)
                                : decode(from, at);
                at++;
                return text;
            }
            if (b == '\\') {
                return escapedString(from);
            }
            if (b >= 0 && b < 0x20) {
                throw error("Expected the end of the string, but found a control character");
            }
            ascii &= b >= 0;
            at++;
        }
        throw error("Expected the end of the string, but found the end of the text");
    }

    private String escapedString(int from) {
        var text = new StringBuilder(decode(from, at));
        while (at < end) {
            byte b = bytes[at];
            if (b == '"') {
                at++;
                return text.toString();
            }
            if (b == '\\') {
                at++;
                text.append(escape());
                continue;
            }
            int run = at;
            while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
                if (bytes[at] >= 0 && bytes[at] < 0x20) {
                    throw error("Expected the end of the string, but found a control character");
                }
                at++;
            }
            text.append(decode(run, at));
        }
        throw error("Expected the end of the string, but found the end of the text");
    }

    private char escape() {
        if (at >= end) {
            throw error("Expected an escape, but found the end of the text");
        }
        byte b = bytes[at++];
        return switch (b) {
            case '"', '\\', '/' -> (char) b;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw error("Expected an escape, but found " + found());
            }
        };
    }

    private char unicode() {
        if (end - at < 4) {
            throw error("Expected four hex digits, but found the end of the text");
        }
        int code = 0;
        for (int i = 0; i < 4; i++, at++) {
            int digit = bytes[at] < 0 ? -1 : Character.digit(bytes[at], 16);
            if (digit < 0) {
                throw error("Expected a hex digit, but found " + found());
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private JsonNumber number() {
        int from = at;
        if (bytes[at] == '-') {
            at++;
        }
        if (at < end && bytes[at] == '0') {
            at++;
        } else {
            digits();
        }
        boolean whole = true;
        if (at < end && bytes[at] == '.') {
            whole = false;
            at++;
            digits();
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            whole = false;
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            digits();
        }
        int length = at - from;
        if (length > NUMBER_CHARS_MAX) {
            at = from;
            throw error(
                    "Expected a number of at most "
                            + NUMBER_CHARS_MAX
                            + " characters, but found "
                            + length);
        }
        if (whole && length <= 18) {
            return JsonNumber.of(whole(from));
        }
        var text = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
        try {
            var decimal = new BigDecimal(text);
            return whole && decimal.precision() <= 19 && fitsLong(decimal)
                    ? JsonNumber.of(decimal.longValueExact())
                    : JsonNumber.of(decimal);
        } catch (NumberFormatException beyondDecimal) {
            at = from;
            throw error(
                    "Expected a number with an exponent of at most ten digits, but found " + text);
        }
    }

    private static boolean fitsLong(BigDecimal decimal) {
        return decimal.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
                && decimal.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0;
    }

    private long whole(int from) {
        boolean negative = bytes[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < at; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        return negative ? -value : value;
    }

    private void digits() {
        if (at >= end || bytes[at] < '0' || bytes[at] > '9') {
            throw error("Expected a digit, but found " + found());
        }
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
    }

    private JsonValue literal(String text, JsonValue value) {
        for (int i = 0; i < text.length(); i++, at++) {
            if (at >= end || bytes[at] != text.charAt(i)) {
                throw error("Expected " + text + ", but found " + found());
            }
        }
        return value;
    }

    private String decode(int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            at = from;
            throw error("Expected UTF-8, but found other bytes in the string");
        }
    }

    private void descend() {
        if (++depth > depthMax) {
            throw error("Expected at most " + depthMax + " levels of nesting, but found more");
        }
    }

    private void expect(char wanted, String meaning) {
        if (at >= end || bytes[at] != wanted) {
            throw error("Expected " + meaning + ", but found " + found());
        }
        at++;
    }

    private void skipSpace() {
        while (at < end
                && (bytes[at] == ' '
                        || bytes[at] == '\n'
                        || bytes[at] == '\r'
                        || bytes[at] == '\t')) {
            at++;
        }
    }

    private String found() {
        if (at >= end) {
            return "the end of the text";
        }
        int b = bytes[at] & 0xff;
        return b > 0x20 && b < 0x7f ? "'" + (char) b + "'" : String.format("byte 0x%02x", b);
    }

    private JsonParseException error(String problem) {
        return new JsonParseException(problem, at - start);
    }
}
