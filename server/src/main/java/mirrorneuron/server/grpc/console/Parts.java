package mirrorneuron.server.grpc.console;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.protocol.ext.ConsoleAnswer;

/** Answers, and lists as several of them. */
final class Parts {

    /** Of all messages. */
    static final int VERSION = 1;

    /**
     * Clients take 4 MiB a message unless they are told otherwise; characters may be four bytes.
     */
    private static final int PART_CHARS = 512 << 10;

    /** An answer about nothing, and a sign of life. */
    static final ConsoleAnswer NOTHING = ConsoleAnswer.newBuilder().setVersion(VERSION).build();

    private Parts() {}

    static ConsoleAnswer answer(JsonObject document) {
        return text(document.toString());
    }

    private static ConsoleAnswer text(String json) {
        return ConsoleAnswer.newBuilder().setResultJson(json).setVersion(VERSION).build();
    }

    /** The list as answers of {@code data}; a value that is larger than a part is one by itself. */
    static List<ConsoleAnswer> of(List<? extends JsonValue> values) {
        var parts = new ArrayList<ConsoleAnswer>();
        var part = new StringBuilder();
        for (var value : values) {
            var text = value.toString();
            if (!part.isEmpty() && part.length() + text.length() > PART_CHARS) {
                parts.add(closed(part));
                part.setLength(0);
            }
            part.append(part.isEmpty() ? "{\"data\":[" : ",").append(text);
        }
        if (!part.isEmpty()) {
            parts.add(closed(part));
        }
        return parts;
    }

    private static ConsoleAnswer closed(StringBuilder part) {
        return text(part + "]}");
    }
}
