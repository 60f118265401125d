package mirrorneuron.runtime.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.worker.StructuredResults;

/**
 * A message's body as the bytes that its content type and encoding name.
 *
 * @see "runtime contract, section 4.4"
 */
final class BodyBytes {

    private BodyBytes() {}

    /**
     * @param json the body's JSON text, which is what most messages need
     */
    static byte[] of(Message message, byte[] json) throws StagingException {
        var plain =
                switch (message.contentType()) {
                    case "application/x-ndjson", "application/jsonl", "application/ndjson" ->
                            lines(message.body());
                    case "application/octet-stream" -> raw(message.body(), json);
                    default -> json;
                };
        return switch (message.contentEncoding()) {
            case "identity", "" -> plain;
            case "gzip" -> gzip(plain);
            default ->
                    throw new StagingException(
                            "content_encoding: "
                                    + message.contentEncoding()
                                    + " (expected: identity or gzip)");
        };
    }

    private static byte[] lines(JsonValue body) {
        return switch (body) {
            case JsonString text -> text.value().getBytes(UTF_8);
            case JsonArray documents -> {
                var lines = new StringBuilder();
                for (var document : documents) {
                    lines.append(document).append('\n');
                }
                yield lines.toString().getBytes(UTF_8);
            }
            default -> (body + "\n").getBytes(UTF_8);
        };
    }

    private static byte[] raw(JsonValue body, byte[] json) throws StagingException {
        if (body instanceof JsonString text) {
            return text.value().getBytes(UTF_8);
        }
        if (body instanceof JsonObject object
                && object.size() == 1
                && object.at(StructuredResults.BODY_BASE64) instanceof JsonString base64) {
            try {
                return Base64.getDecoder().decode(base64.value());
            } catch (IllegalArgumentException malformed) {
                throw new StagingException(StructuredResults.BODY_BASE64 + ": not base64 text");
            }
        }
        return json;
    }

    private static byte[] gzip(byte[] plain) {
        var bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] json(JsonValue body) {
        return Json.bytes(body);
    }
}
