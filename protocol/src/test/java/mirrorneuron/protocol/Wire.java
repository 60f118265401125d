package mirrorneuron.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Protobuf as it goes over the wire, written and read by hand: a client that shares no code with
 * what is generated here. It knows the two forms that the protocol uses: numbers, and bytes behind
 * their length.
 */
final class Wire {

    private static final int VARINT = 0;
    private static final int LENGTH = 2;

    /** What stands under a field's number: a number, or bytes that may be text or a message. */
    sealed interface Part {
        int field();
    }

    record Varint(int field, long value) implements Part {}

    record Text(int field, String value) implements Part {}

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Wire message() {
        return new Wire();
    }

    Wire number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    Wire text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Wire bytes(int field, byte[] value) {
        tag(field, LENGTH);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    /** An entry of a map: a message whose fields are the key and the value. */
    Wire entry(int field, String key, byte[] value) {
        return bytes(field, message().text(1, key).bytes(2, value).done());
    }

    byte[] done() {
        return bytes.toByteArray();
    }

    private void tag(int field, int form) {
        varint(((long) field << 3) | form);
    }

    private void varint(long value) {
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    /**
     * The parts of a message in their order.
     *
     * @throws IllegalArgumentException if a part has a form that the protocol does not use
     */
    static List<Part> read(byte[] message) {
        var cursor = new Cursor(message);
        var parts = new ArrayList<Part>();
        while (cursor.at < message.length) {
            var tag = cursor.varint();
            var field = (int) (tag >>> 3);
            switch ((int) (tag & 7)) {
                case VARINT -> parts.add(new Varint(field, cursor.varint()));
                case LENGTH -> parts.add(new Text(field, cursor.text((int) cursor.varint())));
                default -> throw new IllegalArgumentException("field " + field + ": tag " + tag);
            }
        }
        return List.copyOf(parts);
    }

    private static final class Cursor {
        private final byte[] message;
        private int at;

        private Cursor(byte[] message) {
            this.message = message;
        }

        private long varint() {
            long value = 0;
            for (var shift = 0; ; shift += 7) {
                var next = message[at++];
                value |= (next & 0x7FL) << shift;
                if (next >= 0) return value;
            }
        }

        private String text(int length) {
            var text = new String(message, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }
    }
}
