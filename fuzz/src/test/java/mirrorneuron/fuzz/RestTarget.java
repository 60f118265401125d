package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;

/**
 * Requests to the real server: an answer below 500 each, whose refusals have the one form. An input
 * is a line of method and target, and the body behind it, which may be a script of edits.
 */
final class RestTarget implements Target {

    private static final String BASE = "/api/v1";
    private static final List<JsonValue> BODIES =
            Stream.of(
                            "{\"manifest\":{\"manifest_version\":\"1.0\",\"graph_id\":\"g\",\"entrypoints\":[\"a\"],\"initial_inputs\":{\"a\":[{\"n\":1}]},\"nodes\":[{\"node_id\":\"a\",\"agent_type\":\"router\"},{\"node_id\":\"b\",\"agent_type\":\"aggregator\",\"config\":{\"complete_on_message\":true}}],\"edges\":[{\"from_node\":\"a\",\"to_node\":\"b\",\"message_type\":\"m\"}]},\"payloads\":{\"x.txt\":\"x\"},\"job_id\":\"j\",\"inputs\":{},\"config_overrides\":{},\"metadata\":{\"k\":1},\"force\":true}",
                            "{\"manifest_json\":\"{\\\"graph_id\\\":{}}\",\"bundle_path\":\"x\",\"dry_run\":true}",
                            "{\"cpu\":50,\"memory\":25,\"gpu\":0,\"limits\":{\"disk\":10}}",
                            "{\"reason\":\"r\",\"grace_seconds\":1,\"now\":true,\"mode\":\"x\"}",
                            "{\"decision\":\"approved\",\"response\":{\"text\":\"t\"},\"comment\":\"c\",\"by\":\"me\"}",
                            "{\"older_than\":\"7d\",\"status\":[\"completed\"],\"purge_runs\":true,\"limit\":10,\"dry_run\":false}")
                    .map(Json::parse)
                    .toList();
    private static final List<String> QUERIES =
            List.of(
                    "?limit=5&offset=1&status=running&include_terminal=true",
                    "?window=999999999999d&bucket=1s",
                    "?since=2030-01-01T00:00:00Z&level=warn&after=1&types=a,b",
                    "?stream=true&interval=0.1&channels=events,human&cursor=e30",
                    "?timeout=1&include=agents&event_limit=3&format=json");

    private final JsonEdits edits = new JsonEdits(BODIES, Corpus.words("docs/rest.md"));
    private final RunningServer running;
    private Socket socket;

    RestTarget(Path folder) throws IOException {
        running = new RunningServer(folder);
        socket = connect();
    }

    private Socket connect() throws IOException {
        var opened = new Socket("127.0.0.1", running.server().port());
        opened.setSoTimeout(10_000);
        opened.setTcpNoDelay(true);
        return opened;
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        int number = 0;
        for (var route : running.server().routes()) {
            var path =
                    route.template()
                            .replace("{index}", "0")
                            .replace("{path...}", "run.json")
                            .replaceAll("\\{[a-z_]+}", RunningServer.JOB);
            var line = route.method() + " " + path + QUERIES.get(number % QUERIES.size()) + "\n";
            var script = new byte[] {JsonEdits.MARK, (byte) number, 1, 0, 3, 9, 0, 0, 5, 7};
            seeds.add((route.method() + " " + path + "\n").getBytes(UTF_8));
            seeds.add(JsonEdits.joined(line.getBytes(UTF_8), script));
            seeds.add(
                    JsonEdits.joined(
                            line.getBytes(UTF_8), Json.bytes(BODIES.get(number % BODIES.size()))));
            number++;
        }
        seeds.add(
                ("POST /bundles/upload\n--b\r\nContent-Disposition: form-data; name=\"file\";"
                                + " filename=\"x.zip\"\r\n\r\nPK\u0005\u0006\r\n--b--\r\n")
                        .getBytes(ISO_8859_1));
        return seeds;
    }

    @Override
    public List<String> words() {
        return edits.words();
    }

    @Override
    public byte[] prepared(byte[] input) {
        return edits.preparedFrom(input, Math.min(input.length, lineEnd(input) + 1));
    }

    private static int lineEnd(byte[] input) {
        int end = 0;
        while (end < input.length && input[end] != '\n') {
            end++;
        }
        return end;
    }

    @Override
    public String read(byte[] input) throws IOException {
        int end = lineEnd(input);
        var line = new String(input, 0, end, ISO_8859_1).split(" ", 2);
        var method = line[0].replaceAll("[^A-Z]", "");
        var target = line.length < 2 ? "/" : encoded(line[1]);
        var body = Arrays.copyOfRange(input, Math.min(input.length, end + 1), input.length);
        return said(method.isEmpty() ? "GET" : method, target, body);
    }

    /** A target without what would end it or its line. */
    private static String encoded(String target) {
        var encoded = new StringBuilder();
        for (char c : target.toCharArray()) {
            if (c > ' ' && c < 127) {
                encoded.append(c);
            } else {
                encoded.append("%%%02x".formatted((int) c));
            }
        }
        return encoded.toString();
    }

    private String said(String method, String target, byte[] body) throws IOException {
        var type =
                body.length > 2 && body[0] == '-' && body[1] == '-'
                        ? "multipart/form-data; boundary=b"
                        : "application/json";
        var head =
                "%s %s%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(method, BASE, target, type, body.length);
        Answer answer;
        try {
            answer = sent(method, JsonEdits.joined(head.getBytes(ISO_8859_1), body));
        } catch (IOException closed) {
            // The server may close a connection after an answer, and did so before this request.
            socket.close();
            socket = connect();
            answer = sent(method, JsonEdits.joined(head.getBytes(ISO_8859_1), body));
        }
        if (!answer.open()) {
            socket.close();
            socket = connect();
        }
        if (answer.status() >= 500) {
            throw new AssertionError(
                    "%s %s: %d %s"
                            .formatted(
                                    method,
                                    target,
                                    answer.status(),
                                    new String(answer.body(), UTF_8)));
        }
        if (answer.status() == 201 && running.tookJob()) {
            socket.close();
            socket = connect();
        }
        return answer.status() + (answer.status() >= 400 ? " " + code(method, answer) : "");
    }

    private static String code(String method, Answer answer) {
        if (method.equals("HEAD") || answer.body().length == 0) {
            return "";
        }
        try {
            if (Json.parse(answer.body()) instanceof JsonObject problem
                    && problem.string("code").isPresent()) {
                return problem.string("code").get();
            }
        } catch (JsonParseException notJson) {
            // Said below.
        }
        throw new AssertionError("no problem: " + new String(answer.body(), UTF_8));
    }

    /**
     * @param open whether the next request can go over the same connection
     */
    private record Answer(int status, byte[] body, boolean open) {}

    private Answer sent(String method, byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        var in = socket.getInputStream();
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after \"" + head.toString(ISO_8859_1) + '"');
            }
            head.write(b);
        }
        var lines = head.toString(ISO_8859_1).toLowerCase(Locale.ROOT);
        int status = Integer.parseInt(lines.substring(9, 12));
        boolean open = !lines.contains("connection: close");
        int length = lines.indexOf("content-length: ");
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return new Answer(status, new byte[0], open);
        }
        if (length < 0) {
            // A stream, or a body of unknown length: what it holds is not looked at.
            return new Answer(status, new byte[0], false);
        }
        int from = length + "content-length: ".length();
        int bytes = Integer.parseInt(lines.substring(from, lines.indexOf('\r', from)));
        return new Answer(status, in.readNBytes(bytes), open);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        running.close();
    }
}
