package mirrorneuron.engine.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * The bytes of a message's body, as its content type and encoding want them.
 *
 * @see "runtime contract, section 4.4"
 */
public final class BodyEncoding {

    private BodyEncoding() {}

    /** True for the encodings that {@link #encode} knows: {@code identity} and {@code gzip}. */
    public static boolean isKnown(String contentEncoding) {
        var name = contentEncoding.strip().toLowerCase(Locale.ROOT);
        return name.equals("identity") || name.equals("gzip");
    }

    /**
     * The body's bytes. A body of {@code application/octet-stream} is a string, taken as UTF-8, or
     * an object whose {@code body_base64} holds the bytes.
     *
     * @throws InvalidRequestException with {@link ErrorCode#MESSAGE_INVALID} when the encoding is
     *     unknown, or when {@code body_base64} is not Base64
     */
    public static byte[] encode(Message message) {
        var encoding = message.contentEncoding().strip().toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "identity", "" -> plain(message);
            case "gzip" -> gzip(plain(message));
            default ->
                    throw invalid(
                            "content_encoding: "
                                    + message.contentEncoding()
                                    + " (expected: identity or gzip)");
        };
    }

    private static byte[] plain(Message message) {
        return switch (mediaType(message.contentType())) {
            case "application/x-ndjson", "application/jsonl", "application/ndjson" ->
                    lines(message.body());
            case "application/octet-stream" -> octets(message.body());
            default -> Json.bytes(message.body());
        };
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static byte[] lines(JsonValue body) {
        return switch (body) {
            case JsonString(var text) -> text.getBytes(StandardCharsets.UTF_8);
            case JsonArray documents -> {
                var bytes = new ByteArrayOutputStream();
                for (var document : documents) {
                    bytes.writeBytes(Json.bytes(document));
                    bytes.write('\n');
                }
                yield bytes.toByteArray();
            }
            default -> {
                var bytes = new ByteArrayOutputStream();
                bytes.writeBytes(Json.bytes(body));
                bytes.write('\n');
                yield bytes.toByteArray();
            }
        };
    }

    private static byte[] octets(JsonValue body) {
        return switch (body) {
            case JsonString(var text) -> text.getBytes(StandardCharsets.UTF_8);
            case JsonObject object when object.at("body_base64") instanceof JsonString(var text) ->
                    decoded(text);
            default -> Json.bytes(body);
        };
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw invalid("body_base64: Expected Base64, but found " + notBase64.getMessage());
        }
    }

    private static byte[] gzip(byte[] plain) {
        var bytes = new ByteArrayOutputStream(plain.length / 2 + 32);
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException("A stream in memory cannot fail", impossible);
        }
        return bytes.toByteArray();
    }

    private static InvalidRequestException invalid(String problem) {
        return new InvalidRequestException(ErrorCode.MESSAGE_INVALID, problem, null);
    }
}
