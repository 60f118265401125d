package mirrorneuron.server.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;

/** Speaks HTTP by hand, so that what clients get wrong can be sent, and every header is seen. */
public final class Raw {

    private static final int PATIENCE_MS = 10_000;

    private Raw() {}

    /**
     * @param headers names in lower case
     */
    public record Answer(int status, Map<String, String> headers, byte[] body) {

        public String text() {
            return new String(content(), StandardCharsets.UTF_8);
        }

        public JsonObject json() {
            return (JsonObject) Json.parse(content());
        }

        /** The body as it was before it was compressed for the way. */
        public byte[] content() {
            if (!"gzip".equals(headers.get("content-encoding"))) {
                return body;
            }
            try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
                return in.readAllBytes();
            } catch (IOException malformed) {
                throw new UncheckedIOException(malformed);
            }
        }
    }

    /** Sends the text as it is and reads one answer. */
    public static Answer send(int port, String request) throws IOException {
        return send(port, request.getBytes(StandardCharsets.UTF_8), false);
    }

    /**
     * @param halfClose whether the client says that it will send no more
     */
    public static Answer send(int port, byte[] request, boolean halfClose) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            var head = new String(request, StandardCharsets.ISO_8859_1);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
                if (halfClose) {
                    socket.shutdownOutput();
                }
            } catch (IOException closedEarly) {
                // The answer may have been sent before the whole request was.
            }
            return read(socket, head.startsWith("HEAD "));
        }
    }

    /** Reads one answer of an open connection. */
    public static Answer read(Socket socket, boolean head) throws IOException {
        var in = socket.getInputStream();
        var lines = new ByteArrayOutputStream();
        while (!lines.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException(
                        "connection dropped after \""
                                + lines.toString(StandardCharsets.ISO_8859_1)
                                + '"');
            }
            lines.write(b);
        }
        var all = lines.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        var headers = new TreeMap<String, String>();
        for (int i = 1; i < all.length; i++) {
            int colon = all[i].indexOf(':');
            headers.merge(
                    all[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    all[i].substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
        int status = Integer.parseInt(all[0].split(" ")[1]);
        byte[] body = {};
        if (!head && status != 204 && status != 304) {
            if (headers.containsKey("content-length")) {
                body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
            } else if ("chunked".equals(headers.get("transfer-encoding"))) {
                body = chunks(in);
            } else {
                body = in.readAllBytes();
            }
        }
        return new Answer(status, headers, body);
    }

    private static byte[] chunks(java.io.InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var size = new StringBuilder();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("connection dropped inside a chunk");
                }
                if (b != '\r') {
                    size.append((char) b);
                }
            }
            int length = Integer.parseInt(size.toString(), 16);
            body.writeBytes(in.readNBytes(length));
            in.readNBytes(2);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    /** The body of an answer, line by line as it arrives. */
    public static final class Lines {

        private final java.io.InputStream in;
        private final Answer head;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private int chunkLeft;
        private boolean ended;

        private Lines(java.io.InputStream in, Answer head) {
            this.in = in;
            this.head = head;
        }

        public Map<String, String> headers() {
            return head.headers();
        }

        /** The next line without its end; empty at the end of the body. */
        public Optional<String> next() throws IOException {
            line.reset();
            for (int b = read(); b >= 0; b = read()) {
                if (b == '\n') {
                    return Optional.of(line.toString(StandardCharsets.UTF_8));
                }
                line.write(b);
            }
            return Optional.empty();
        }

        private int read() throws IOException {
            if (ended) {
                return -1;
            }
            if (chunkLeft == 0) {
                var size = new StringBuilder();
                for (int b = in.read(); b != '\n'; b = in.read()) {
                    if (b < 0) {
                        throw new IOException("connection dropped between chunks");
                    }
                    if (b != '\r') {
                        size.append((char) b);
                    }
                }
                chunkLeft = Integer.parseInt(size.toString(), 16);
                if (chunkLeft == 0) {
                    ended = true;
                    return -1;
                }
            }
            int b = in.read();
            if (b < 0) {
                throw new IOException("connection dropped inside a chunk");
            }
            if (--chunkLeft == 0) {
                in.readNBytes(2);
            }
            return b;
        }
    }

    /** Reads the head of a chunked answer; its body follows line by line. */
    public static Lines lines(Socket socket) throws IOException {
        var head = read(socket, true);
        if (head.status() != 200) {
            throw new IOException("no stream: status " + head.status());
        }
        return new Lines(socket.getInputStream(), head);
    }

    /** A request without a body. */
    public static String get(String path, String... headers) {
        return request("GET", path, "", headers);
    }

    public static String request(String method, String path, String body, String... headers) {
        var text = new StringBuilder();
        text.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (var header : headers) {
            text.append(header).append("\r\n");
        }
        if (!body.isEmpty()) {
            text.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        return text.append("\r\n").append(body).toString();
    }
}
