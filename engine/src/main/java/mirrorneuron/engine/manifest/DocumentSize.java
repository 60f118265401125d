package mirrorneuron.engine.manifest;

import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * How large a document is as JSON text, without writing it. Escapes count as one byte, so the
 * figure is a lower bound that is exact for ordinary text.
 *
 * @param tooDeep nesting went beyond the limit, and the bytes below it were not counted
 */
record DocumentSize(long bytes, boolean tooDeep) {

    static DocumentSize of(JsonValue value, int depthMax) {
        var walk = new Walk(depthMax);
        walk.visit(value, 0);
        return new DocumentSize(walk.bytes, walk.tooDeep);
    }

    private static final class Walk {
        private final int depthMax;
        private long bytes;
        private boolean tooDeep;

        private Walk(int depthMax) {
            this.depthMax = depthMax;
        }

        private void visit(JsonValue value, int depth) {
            switch (value) {
                case JsonObject object -> {
                    if (depth >= depthMax) {
                        tooDeep = true;
                        return;
                    }
                    bytes += 2;
                    for (var member : object.members()) {
                        bytes += 4 + utf8Length(member.getKey());
                        visit(member.getValue(), depth + 1);
                    }
                }
                case JsonArray array -> {
                    if (depth >= depthMax) {
                        tooDeep = true;
                        return;
                    }
                    bytes += 2;
                    for (var element : array) {
                        bytes += 1;
                        visit(element, depth + 1);
                    }
                }
                case JsonString(var text) -> bytes += 2 + utf8Length(text);
                default -> bytes += value.toString().length();
            }
        }

        private static long utf8Length(String text) {
            long length = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                // A surrogate is half of a character of four bytes.
                length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
            return length;
        }
    }
}
