package mirrorneuron.engine.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Message;
import mirrorneuron.api.codec.MessageFormat;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes that a command reads. */
class BodyEncodingTest {

    private static Message message(String contentType, String encoding, String body) {
        var envelope =
                JsonObject.builder()
                        .put("content_type", contentType)
                        .put("content_encoding", encoding)
                        .build();
        return MessageFormat.read(
                JsonObject.builder()
                        .put("envelope", envelope)
                        .put("body", Json.parse(body))
                        .build());
    }

    private static String encoded(String contentType, String body) {
        return new String(
                BodyEncoding.encode(message(contentType, "identity", body)),
                StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    application/json                  | {"a": "ä"}          | {"a":"ä"}
                    text/json                         | [1, 2]              | [1,2]
                    text/plain                        | "x"                 | "x"
                    application/json; charset=utf-8   | null                | null
                    application/x-ndjson              | "{}\\n{}\\n"        | {}~{}~
                    application/jsonl                 | [{"a": 1}, 2]       | {"a":1}~2~
                    application/ndjson                | []                  | ``
                    APPLICATION/NDJSON; x=y           | {"a": 1}            | {"a":1}~
                    application/ndjson                | 5                   | 5~
                    application/octet-stream          | "raw ä"             | raw ä
                    application/octet-stream          | {"body_base64":"aGk="} | hi
                    application/octet-stream          | {"other": 1}        | {"other":1}
                    """)
    void the_content_type_decides(String contentType, String body, String bytes) {
        assertThat(encoded(contentType, body)).isEqualTo(bytes.replace('~', '\n'));
    }

    @Test
    void bytes_that_are_no_text_survive() {
        var message =
                message("application/octet-stream", "identity", "{\"body_base64\":\"AP+AAQ==\"}");

        assertThat(BodyEncoding.encode(message)).containsExactly(0, 0xff, 0x80, 1);
    }

    @Test
    void gzip_comes_last_and_is_the_same_every_time() throws IOException {
        var message = message("application/jsonl", "gzip", "[1, 2]");

        var bytes = BodyEncoding.encode(message);

        try (var plain = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            assertThat(plain.readAllBytes()).asString().isEqualTo("1\n2\n");
        }
        assertThat(BodyEncoding.encode(message)).isEqualTo(bytes);
    }

    @Test
    void an_unknown_encoding_is_refused() {
        assertThatThrownBy(() -> BodyEncoding.encode(message("application/json", "br", "1")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.MESSAGE_INVALID))
                .hasMessage("content_encoding: br (expected: identity or gzip)");
    }

    @Test
    void bytes_that_are_not_base64_are_refused() {
        assertThatThrownBy(
                        () ->
                                BodyEncoding.encode(
                                        message(
                                                "application/octet-stream",
                                                "identity",
                                                "{\"body_base64\":\"?\"}")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("body_base64: Expected Base64");
    }
}
