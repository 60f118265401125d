package mirrorneuron.engine.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.api.json.JsonWriter;

/**
 * Names that a repeat arrives at again: the id of an output, and the digest by which a second
 * delivery of one id is recognised as the same message.
 *
 * @see "runtime contract, section 4.6"
 */
public final class MessageIds {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private MessageIds() {}

    /**
     * The id of a message that an agent sends while it handles another one: base64url without
     * padding of the SHA-256 of {@code <incoming id>:<node>:<to>:<key>}, 43 characters.
     *
     * @param key {@code <action index>:<edge id>} for a message sent along an edge, {@code <action
     *     index>} for a direct one
     */
    public static String output(String incomingId, String node, String to, String key) {
        var text = incomingId + ':' + node + ':' + to + ':' + key;
        return BASE64.encodeToString(sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * SHA-256 in hex of what the message says: its document without attempt and timestamp, members
     * sorted by name and numbers by value, so the order in which a sender writes does not matter.
     */
    public static String digest(Message message) {
        var document = message.toJson();
        var writer = new JsonWriter(512);
        var envelope = document.object("envelope").without("attempt").without("timestamp");
        canonical(document.with("envelope", envelope), writer);
        return HexFormat.of().formatHex(sha256(writer.toByteArray()));
    }

    /** SHA-256 in hex of a document, whatever the order of its members. */
    public static String digest(JsonValue document) {
        var writer = new JsonWriter(512);
        canonical(document, writer);
        return HexFormat.of().formatHex(sha256(writer.toByteArray()));
    }

    /** SHA-256 in hex of these bytes. */
    static String digest(byte[] bytes) {
        return HexFormat.of().formatHex(sha256(bytes));
    }

    private static void canonical(JsonValue value, JsonWriter writer) {
        switch (value) {
            case JsonObject object -> {
                var names = object.names().toArray(String[]::new);
                Arrays.sort(names);
                writer.beginObject();
                for (var name : names) {
                    writer.name(name);
                    canonical(object.at(name), writer);
                }
                writer.endObject();
            }
            case JsonArray array -> {
                writer.beginArray();
                for (var element : array) {
                    canonical(element, writer);
                }
                writer.endArray();
            }
            case JsonNumber number -> writer.value(canonical(number));
            default -> writer.value(value);
        }
    }

    private static JsonValue canonical(JsonNumber number) {
        var whole = number.asLong();
        return whole.isPresent()
                ? JsonNumber.of(whole.getAsLong())
                : JsonNumber.of(number.asBigDecimal().stripTrailingZeros());
    }

    // A digest object a call costs about 60 of the 160 ns that an id takes; sharing one between
    // virtual threads would need a lock or a pool for less than that.
    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
