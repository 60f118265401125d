package mirrorneuron.server.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.json.JsonValue;

/** What a handler answers. */
public sealed interface Response {

    int status();

    Map<String, String> headers();

    /** A document. */
    record Json(int status, JsonValue body, Map<String, String> headers) implements Response {
        public Json {
            requireNonNull(body, "body");
            headers = Map.copyOf(headers);
        }
    }

    /** Bytes of a type, such as metrics or a page. The array is handed over. */
    record Bytes(int status, String contentType, byte[] body, Map<String, String> headers)
            implements Response {
        public Bytes {
            requireNonNull(contentType, "contentType");
            requireNonNull(body, "body");
            headers = Map.copyOf(headers);
        }
    }

    /**
     * A file, whole or the part that the request's {@code Range} names.
     *
     * @param size bytes to serve; what the file grows by meanwhile is left out
     * @param etag without quotes
     */
    record File(
            Content content,
            long size,
            String contentType,
            String etag,
            Map<String, String> headers)
            implements Response {

        /** Where the bytes come from; closed by who opened it. */
        @FunctionalInterface
        public interface Content {
            SeekableByteChannel open() throws IOException;
        }

        public File {
            requireNonNull(content, "content");
            requireNonNull(contentType, "contentType");
            requireNonNull(etag, "etag");
            headers = Map.copyOf(headers);
        }

        @Override
        public int status() {
            return 200;
        }
    }

    /** A status without a body. */
    record Empty(int status, Map<String, String> headers) implements Response {
        public Empty {
            headers = Map.copyOf(headers);
        }
    }

    /** A live stream of frames. */
    record Live(LiveBody body) implements Response {
        public Live {
            requireNonNull(body, "body");
        }

        @Override
        public int status() {
            return 200;
        }

        @Override
        public Map<String, String> headers() {
            return Map.of();
        }
    }

    static Json ok(JsonValue body) {
        return new Json(200, body, Map.of());
    }

    static Json json(int status, JsonValue body) {
        return new Json(status, body, Map.of());
    }

    static Json created(JsonValue body, String location) {
        return new Json(201, body, Map.of("Location", location));
    }

    static Empty noContent() {
        return new Empty(204, Map.of());
    }

    static Bytes text(String contentType, String body) {
        return new Bytes(200, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** The same answer with a header more. */
    default Response withHeader(String name, String value) {
        var all = new HashMap<>(headers());
        all.put(name, value);
        return switch (this) {
            case Json json -> new Json(json.status(), json.body(), all);
            case Bytes bytes -> new Bytes(bytes.status(), bytes.contentType(), bytes.body(), all);
            case File file ->
                    new File(file.content(), file.size(), file.contentType(), file.etag(), all);
            case Empty empty -> new Empty(empty.status(), all);
            case Live live -> live;
        };
    }
}
