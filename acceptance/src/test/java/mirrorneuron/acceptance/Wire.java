package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;

/**
 * Requests as {@code curl} sends them, one to a connection. An answer is whole or an {@link
 * IOException}: the peer died while it spoke.
 */
record Wire(int port, List<String> headers) {

    private static final int PATIENCE_MS = 60_000;

    /** {@code curl} asks before it sends more than this. */
    private static final int UNASKED_BYTES_MAX = 1 << 20;

    private static final String STREAM = "text/event-stream";

    static Wire to(int port, String... headers) {
        return new Wire(port, List.of(headers));
    }

    /** The same, with one more header in each request. */
    Wire with(String header) {
        var all = new ArrayList<>(headers);
        all.add(header);
        return new Wire(port, List.copyOf(all));
    }

    /**
     * One frame of a live stream.
     *
     * @param id empty when it has none
     */
    record Frame(String id, String event, JsonObject data) {

        private static Frame of(String text) {
            var members = new TreeMap<String, String>();
            for (var line : text.split("\n")) {
                int colon = line.indexOf(": ");
                if (colon < 0 || members.put(line.substring(0, colon), line) != null) {
                    throw new AssertionError("no frame of a stream: " + text);
                }
            }
            members.replaceAll((name, line) -> line.substring(name.length() + 2));
            return new Frame(
                    members.getOrDefault("id", ""),
                    members.getOrDefault("event", ""),
                    (JsonObject) Json.parse(members.getOrDefault("data", "{}")));
        }
    }

    /**
     * @param headers names in lower case
     */
    record Answer(int status, Map<String, String> headers, byte[] body) {

        String text() {
            return new String(body, UTF_8);
        }

        JsonObject json() {
            return (JsonObject) Json.parse(body);
        }

        @Override
        public String toString() {
            return status + " " + headers + "\n" + text();
        }
    }

    Answer get(String path) throws IOException {
        return send("GET", path, "", new byte[0]);
    }

    Answer post(String path, String json) throws IOException {
        return send("POST", path, "application/json", json.getBytes(UTF_8));
    }

    /**
     * Follows a live stream to its end.
     *
     * @param reader takes frames as they come
     * @return what it was answered with; an answer that is no stream has its body
     * @throws IOException when the stream was cut before its end
     */
    Answer follow(String path, Consumer<Frame> reader) throws IOException {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            var in = new BufferedInputStream(socket.getInputStream());
            var head = head("GET", path, STREAM).append("\r\n").toString();
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            var answer = head(in);
            if (!answer.headers().getOrDefault("content-type", "").startsWith(STREAM)) {
                return body(in, answer);
            }
            var text = new ByteArrayOutputStream();
            for (var chunk = chunk(in); chunk.length > 0; chunk = chunk(in)) {
                text.writeBytes(chunk);
                int whole = text.toString(ISO_8859_1).lastIndexOf("\n\n");
                if (whole < 0) {
                    continue;
                }
                var bytes = text.toByteArray();
                text.reset();
                text.write(bytes, whole + 2, bytes.length - whole - 2);
                for (var frame : new String(bytes, 0, whole, UTF_8).split("\n\n")) {
                    reader.accept(Frame.of(frame));
                }
            }
            if (text.size() > 0) {
                throw new AssertionError(path + " ended inside of a frame: " + text);
            }
            return answer;
        }
    }

    private StringBuilder head(String method, String path, String accept) {
        var head = new StringBuilder();
        head.append(method).append(" /api/v1").append(path).append(" HTTP/1.1\r\n");
        head.append("Host: localhost:").append(port).append("\r\nUser-Agent: curl/7.88.1\r\n");
        head.append("Accept: ").append(accept).append("\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        return head;
    }

    /**
     * @param path below {@code /api/v1}
     */
    Answer send(String method, String path, String type, byte[] body) throws IOException {
        var head = head(method, path, "*/*");
        if (!type.isEmpty()) {
            head.append("Content-Type: ").append(type).append("\r\n");
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        boolean asks = body.length > UNASKED_BYTES_MAX;
        if (asks) {
            head.append("Expect: 100-continue\r\n");
        }
        head.append("\r\n");
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            var out = socket.getOutputStream();
            var in = new BufferedInputStream(socket.getInputStream());
            out.write(head.toString().getBytes(ISO_8859_1));
            if (asks) {
                var word = head(in);
                if (word.status() != 100) {
                    return body(in, word);
                }
            }
            out.write(body);
            out.flush();
            return body(in, head(in));
        }
    }

    /** Status and headers; the body is still to come. */
    private static Answer head(InputStream in) throws IOException {
        var first = line(in).split(" ");
        int status = Integer.parseInt(first[1]);
        var headers = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Answer(status, headers, new byte[0]);
    }

    private static Answer body(InputStream in, Answer head) throws IOException {
        var headers = head.headers();
        byte[] body =
                "chunked".equals(headers.get("transfer-encoding"))
                        ? chunks(in)
                        : bytes(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Answer(head.status(), headers, body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        for (var chunk = chunk(in); chunk.length > 0; chunk = chunk(in)) {
            body.writeBytes(chunk);
        }
        return body.toByteArray();
    }

    /** The next piece of a body that is sent in pieces; empty at its end. */
    private static byte[] chunk(InputStream in) throws IOException {
        var chunk = bytes(in, Integer.parseInt(line(in), 16));
        line(in);
        return chunk;
    }

    private static byte[] bytes(InputStream in, int length) throws IOException {
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException(
                    "the answer was cut after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the answer was cut after \"" + line + '"');
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }
}
