package mirrorneuron.api.json;

import java.util.Arrays;
import mirrorneuron.api.ControlCharacters;

/**
 * Writes one document as UTF-8 bytes without building a tree, for paths that write many. Commas are
 * placed by the writer; the caller keeps names and values in step. Not for sharing between threads.
 */
public final class JsonWriter {

    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    /**
     * Names as they were written first, by their hash: almost all come from code and are written a
     * million times. Threads race for a place without harm, for whatever stands in one is whole.
     */
    private static final Encoded[] NAMES = new Encoded[1 << 10];

    private static final int NAME_CHARS_MAX = 40;

    private record Encoded(String name, byte[] bytes) {}

    private byte[] bytes;
    private int size;
    private boolean comma;

    public JsonWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public JsonWriter beginObject() {
        return open('{');
    }

    public JsonWriter endObject() {
        return close('}');
    }

    public JsonWriter beginArray() {
        return open('[');
    }

    public JsonWriter endArray() {
        return close(']');
    }

    public JsonWriter name(String name) {
        separate();
        int place = name.hashCode() & NAMES.length - 1;
        var known = NAMES[place];
        if (known != null && known.name.equals(name)) {
            int length = known.bytes.length;
            room(length);
            System.arraycopy(known.bytes, 0, bytes, size, length);
            size += length;
        } else {
            int from = size;
            string(name);
            put((byte) ':');
            if (known == null && name.length() <= NAME_CHARS_MAX) {
                NAMES[place] = new Encoded(name, Arrays.copyOfRange(bytes, from, size));
            }
        }
        return this;
    }

    public JsonWriter value(String text) {
        string(text);
        comma = true;
        return this;
    }

    public JsonWriter value(boolean flag) {
        separate();
        ascii(flag ? "true" : "false");
        comma = true;
        return this;
    }

    public JsonWriter value(long number) {
        separate();
        room(20);
        size = decimal(number);
        comma = true;
        return this;
    }

    public JsonWriter value(JsonValue value) {
        switch (value) {
            case JsonObject object -> {
                beginObject();
                for (var member : object.members()) {
                    name(member.getKey()).value(member.getValue());
                }
                endObject();
            }
            case JsonArray array -> {
                beginArray();
                for (var element : array) {
                    value(element);
                }
                endArray();
            }
            case JsonString string -> value(string.value());
            case JsonNumber number -> raw(number.toString());
            case JsonBool bool -> value(bool.value());
            case JsonNull _ -> raw("null");
        }
        return this;
    }

    public JsonWriter field(String name, String text) {
        return name(name).value(text);
    }

    public JsonWriter field(String name, long number) {
        return name(name).value(number);
    }

    public JsonWriter field(String name, boolean flag) {
        return name(name).value(flag);
    }

    public JsonWriter field(String name, JsonValue value) {
        return name(name).value(value);
    }

    /** Ends a line, so that documents can follow each other in one buffer. */
    public JsonWriter newLine() {
        put((byte) '\n');
        comma = false;
        return this;
    }

    public int size() {
        return size;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private JsonWriter open(char bracket) {
        separate();
        put((byte) bracket);
        comma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        put((byte) bracket);
        comma = true;
        return this;
    }

    private void raw(String text) {
        separate();
        ascii(text);
        comma = true;
    }

    private void separate() {
        if (comma) {
            put((byte) ',');
            comma = false;
        }
    }

    private void ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    private void string(String text) {
        separate();
        int length = text.length();
        room(length + 2);
        // Almost every text is plain to its end; local variables let the compiler keep the loop
        // tight.
        var to = bytes;
        int at = size;
        to[at++] = '"';
        int i = 0;
        while (i < length && isPlain(text.charAt(i))) {
            to[at++] = (byte) text.charAt(i++);
        }
        size = at;
        if (i < length) {
            slowCharacters(text, i);
        }
        put((byte) '"');
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    }

    private void slowCharacters(String text, int from) {
        int length = text.length();
        for (int i = from; i < length; i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                room(1);
                bytes[size++] = (byte) c;
            } else {
                i = slowCharacter(text, i, c);
            }
        }
    }

    private int slowCharacter(String text, int i, char c) {
        room(6);
        if (c == '"' || c == '\\') {
            bytes[size++] = '\\';
            bytes[size++] = (byte) c;
        } else if (c == '\n') {
            bytes[size++] = '\\';
            bytes[size++] = 'n';
        } else if (c == '\t') {
            bytes[size++] = '\\';
            bytes[size++] = 't';
        } else if (c == '\r') {
            bytes[size++] = '\\';
            bytes[size++] = 'r';
        } else if (ControlCharacters.isControl(c)) {
            // Whoever shows a document, in a terminal or a log, shows what is in it and no more.
            unicodeEscape(c);
        } else if (c < 0x800) {
            bytes[size++] = (byte) (0xc0 | c >> 6);
            bytes[size++] = (byte) (0x80 | c & 0x3f);
        } else if (Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1))) {
            int code = Character.toCodePoint(c, text.charAt(i + 1));
            bytes[size++] = (byte) (0xf0 | code >> 18);
            bytes[size++] = (byte) (0x80 | code >> 12 & 0x3f);
            bytes[size++] = (byte) (0x80 | code >> 6 & 0x3f);
            bytes[size++] = (byte) (0x80 | code & 0x3f);
            return i + 1;
        } else if (Character.isSurrogate(c)) {
            // A lone surrogate has no UTF-8 form; its escape keeps the document exact.
            unicodeEscape(c);
        } else {
            bytes[size++] = (byte) (0xe0 | c >> 12);
            bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
            bytes[size++] = (byte) (0x80 | c & 0x3f);
        }
        return i;
    }

    private void unicodeEscape(char c) {
        bytes[size++] = '\\';
        bytes[size++] = 'u';
        bytes[size++] = HEX[c >> 12];
        bytes[size++] = HEX[c >> 8 & 0xf];
        bytes[size++] = HEX[c >> 4 & 0xf];
        bytes[size++] = HEX[c & 0xf];
    }

    private int decimal(long number) {
        if (number == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
            return size;
        }
        int from = size;
        if (number < 0) {
            bytes[from++] = '-';
            number = -number;
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        int to = from + digits;
        for (int i = to - 1; i >= from; i--, number /= 10) {
            bytes[i] = (byte) ('0' + number % 10);
        }
        return to;
    }

    private void put(byte b) {
        room(1);
        bytes[size++] = b;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
