package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;

/** Requests as {@code curl} sends them, one to a connection; a stream is read to its end. */
record Wire(int port, List<String> headers) {

    private static final int PATIENCE_MS = 60_000;

    /** {@code curl} asks before it sends more than this. */
    private static final int UNASKED_BYTES_MAX = 1 << 20;

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
        head.append("Accept: */*\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
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
                var word = read(in);
                if (word.status() != 100) {
                    return word;
                }
            }
            out.write(body);
            out.flush();
            return read(in);
        }
    }

    private static Answer read(InputStream in) throws IOException {
        var first = line(in).split(" ");
        int status = Integer.parseInt(first[1]);
        var headers = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = {};
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            body = chunks(in);
        } else if (status != 100) {
            body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        return new Answer(status, headers, body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(line(in), 16);
            body.writeBytes(in.readNBytes(length));
            line(in);
            if (length == 0) {
                return body.toByteArray();
            }
        }
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
