package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;

/** Requests as {@code curl} sends them, one to a connection; a stream is read to its end. */
record Wire(int port, List<String> headers) {

    private static final int PATIENCE_MS = 60_000;

    static Wire to(int port, String... headers) {
        return new Wire(port, List.of(headers));
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
     * @param path below {@code /api/v1}
     */
    Answer send(String method, String path, String type, byte[] body) throws IOException {
        var head = new StringBuilder();
        head.append(method).append(" /api/v1").append(path).append(" HTTP/1.1\r\n");
        head.append("Host: localhost:").append(port).append("\r\nUser-Agent: curl/7.88.1\r\n");
        head.append("Accept: */*\r\nConnection: close\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (!type.isEmpty()) {
            head.append("Content-Type: ").append(type).append("\r\n");
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            try {
                var out = socket.getOutputStream();
                out.write(head.toString().getBytes(ISO_8859_1));
                out.write(body);
                out.flush();
            } catch (IOException answeredEarly) {
                // A request that is too large gets its answer before all of it is taken.
            }
            return read(socket.getInputStream().readAllBytes());
        }
    }

    private static Answer read(byte[] all) throws IOException {
        var text = new String(all, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no answer but \"" + text + '"');
        }
        var lines = text.substring(0, end).split("\r\n");
        var headers = new TreeMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        var body = Arrays.copyOfRange(all, end + 4, all.length);
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]),
                headers,
                "chunked".equals(headers.get("transfer-encoding")) ? joined(body) : body);
    }

    private static byte[] joined(byte[] chunks) throws IOException {
        var text = new String(chunks, ISO_8859_1);
        var body = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int line = text.indexOf("\r\n", at);
            if (line < 0) {
                throw new IOException("the answer was cut between chunks");
            }
            int length = Integer.parseInt(text.substring(at, line), 16);
            if (length == 0) {
                return body.toByteArray();
            }
            body.write(chunks, line + 2, length);
            at = line + 2 + length + 2;
        }
    }
}
