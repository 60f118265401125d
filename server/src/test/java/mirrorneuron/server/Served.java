package mirrorneuron.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.server.config.ConfigurationException;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.config.TraceSettings;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.http.HttpSettings;
import mirrorneuron.server.http.Raw;
import mirrorneuron.server.openapi.Contract;

/** A real server on a port of its own, and a client of it. */
public final class Served implements AutoCloseable {

    public static final String API = "/api/v1";

    private final MnServer server;

    private Served(MnServer server) {
        this.server = server;
    }

    public static Served at(Path home) throws IOException {
        return at(home, Map.of());
    }

    /** One that callers need a token for. */
    public static Served withToken(Path home, String token) throws IOException {
        return at(home, Map.of(), Optional.of(token), grpc(GrpcSettings.Access.OPEN));
    }

    /** One with these settings of gRPC. */
    public static Served withGrpc(Path home, GrpcSettings grpc) throws IOException {
        return at(home, Map.of(), Optional.empty(), grpc);
    }

    /** Settings of gRPC on a free port, with the tokens {@code operator} and {@code admin}. */
    public static GrpcSettings grpc(GrpcSettings.Access access) {
        return new GrpcSettings(
                "localhost",
                0,
                OptionalInt.empty(),
                access,
                Optional.of("operator"),
                Optional.of("admin"),
                Optional.empty(),
                1 << 20,
                true,
                Duration.ofSeconds(5));
    }

    public static Served at(Path home, Map<String, String> variables) throws IOException {
        return at(home, variables, Optional.empty(), grpc(GrpcSettings.Access.OPEN));
    }

    private static Served at(
            Path home, Map<String, String> variables, Optional<String> token, GrpcSettings grpc)
            throws IOException {
        var environment = new HashMap<>(variables);
        environment.put("PATH", System.getenv("PATH"));
        return new Served(
                MnServer.start(
                        new ServerSettings(
                                ServerSettings.Mode.TEST,
                                new HttpSettings(
                                        "localhost",
                                        0,
                                        token,
                                        5 << 20,
                                        Duration.ofMinutes(1),
                                        List.of(),
                                        Duration.ofSeconds(10)),
                                grpc,
                                home,
                                home.resolve("runs"),
                                new ServerSettings.LogFile(
                                        home.resolve("logs/api.log"), "info", 1 << 20, 5),
                                traces(environment),
                                environment)));
    }

    private static Optional<TraceSettings> traces(Map<String, String> environment) {
        try {
            return ServerSettings.traces(environment);
        } catch (ConfigurationException refused) {
            throw new IllegalArgumentException(refused);
        }
    }

    public int port() {
        return server.port();
    }

    public MnServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }

    // Calls

    public Raw.Answer get(String path, String... headers) throws IOException {
        return call("GET", path, "", headers);
    }

    public Raw.Answer post(String path, String body, String... headers) throws IOException {
        return call("POST", path, body, headers);
    }

    public Raw.Answer call(String method, String path, String body, String... headers)
            throws IOException {
        var answer = Raw.send(port(), Raw.request(method, API + path, body, headers));
        hold(method, API + path, answer);
        return answer;
    }

    /** Sends bytes as they are. */
    public Raw.Answer send(byte[] request) throws IOException {
        var answer = Raw.send(port(), request, false);
        var line = new String(request, StandardCharsets.ISO_8859_1).split(" ", 3);
        hold(line[0], line[1], answer);
        return answer;
    }

    /** Every answer that a test gets has to be as the published document says. */
    private static void hold(String method, String target, Raw.Answer answer) {
        Contract.published()
                .hold(
                        method,
                        target,
                        new Contract.Answer(answer.status(), answer.headers(), answer.content()));
    }

    /** {@code <status> <code>} of a refusal. */
    public static String refusal(Raw.Answer answer) {
        return answer.status() + " " + answer.json().string("code").orElse("no code");
    }

    /** Submits and returns the job's id. */
    public String submit(JsonObject manifest, Map<String, String> payloads) throws IOException {
        var files = JsonObject.builder();
        payloads.forEach(files::put);
        var answer =
                post(
                        "/jobs",
                        JsonObject.builder()
                                .put("manifest", manifest)
                                .put("payloads", files.build())
                                .build()
                                .toString());
        if (answer.status() != 201) {
            throw new AssertionError("not accepted: " + answer.text());
        }
        return answer.json().string("job_id").orElseThrow();
    }

    /** The job's status. */
    public String status(String job) throws IOException {
        return get("/jobs/" + job).json().object("job").string("status").orElse("");
    }

    public void awaitStatus(String job, String status) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> status(job), status::equals);
    }

    /** An open live stream. */
    public Stream stream(String path, String... headers) throws IOException {
        var socket = new Socket("127.0.0.1", port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(
                        Raw.request("GET", API + path, "", headers)
                                .getBytes(StandardCharsets.UTF_8));
        var stream = new Stream(socket, API + path);
        hold("GET", API + path, new Raw.Answer(200, stream.headers(), new byte[0]));
        return stream;
    }

    /** One frame of a stream; an absent id is empty. */
    public record Frame(String id, String event, JsonObject data) {}

    /** Reads frames one by one. */
    public static final class Stream implements AutoCloseable {

        private final Socket socket;
        private final String target;
        private final Raw.Lines lines;

        Stream(Socket socket, String target) throws IOException {
            this.socket = socket;
            this.target = target;
            this.lines = Raw.lines(socket);
        }

        public Map<String, String> headers() {
            return lines.headers();
        }

        /** The next frame; empty at the end. */
        public Optional<Frame> next() throws IOException {
            var id = "";
            var event = "";
            JsonObject data = JsonObject.empty();
            while (true) {
                var line = lines.next();
                if (line.isEmpty()) {
                    return Optional.empty();
                }
                var text = line.get();
                if (text.startsWith("id: ")) {
                    id = text.substring(4);
                } else if (text.startsWith("event: ")) {
                    event = text.substring(7);
                } else if (text.startsWith("data: ")) {
                    data = (JsonObject) Json.parse(text.substring(6));
                } else if (text.isEmpty()) {
                    Contract.published().holdFrame(target, event, data);
                    return Optional.of(new Frame(id, event, data));
                } else {
                    throw new AssertionError("not a line of a frame: " + text);
                }
            }
        }

        /** All frames to the end, heartbeats left out. */
        public List<Frame> rest() throws IOException {
            var frames = new java.util.ArrayList<Frame>();
            for (var frame = next(); frame.isPresent(); frame = next()) {
                if (!frame.get().event().equals("heartbeat")) {
                    frames.add(frame.get());
                }
            }
            return frames;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    // Manifests

    /** Router, command, collector: the smallest job that does something. */
    public static JsonObject smallest(String command) {
        return manifest(
                        """
                {"manifest_version":"1.0","graph_id":"smallest","entrypoints":["dispatcher"],
                 "initial_inputs":{"dispatcher":[{"n":1}]},
                 "nodes":[
                  {"node_id":"dispatcher","agent_type":"router","type":"map",
                   "role":"root_coordinator","config":{"emit_type":"work"}},
                  {"node_id":"worker","agent_type":"executor","type":"map","config":{
                     "runner_module":"MirrorNeuron.Runner.HostLocal",
                     "uploads":[{"source":"work.sh","target":"work.sh"}],
                     "command":["sh","work.sh"],"output_message_type":"work_result",
                     "max_attempts":1}},
                  {"node_id":"collector","agent_type":"aggregator","type":"reduce",
                     "config":{"complete_on_message":true,"terminal_sink":true,
                               "complete_run":true}}],
                 "edges":[{"from_node":"dispatcher","to_node":"worker","message_type":"work"},
                  {"from_node":"worker","to_node":"collector","message_type":"work_result"}],
                 "policies":{"recovery_mode":"local_restart",
                             "restart":{"attempts":0,"mode":"fail"}}}
                """)
                .with("graph_id", new JsonString(command.isEmpty() ? "smallest" : command));
    }

    public static JsonObject smallest() {
        return smallest("");
    }

    /** A router without anything to do: runs until it is cancelled. */
    public static JsonObject idle() {
        return manifest(
                """
                {"manifest_version":"1.0","graph_id":"simple","entrypoints":["router"],
                 "nodes":[{"node_id":"router","agent_type":"router","role":"root_coordinator"}]}
                """);
    }

    /** Needs a graphics processor that no machine has, unless it is forced. */
    public static JsonObject greedy() {
        return idle().with(
                        "requirements",
                        manifest("{\"gpu\":{\"count\":1,\"min_memory_mb\":9999999}}"));
    }

    /** Wants a configuration that it does not have. */
    public static JsonObject choosy() {
        return idle().with(
                        "input_validation",
                        manifest(
                                """
                                {"rules":[{"path":"inputs.city","pattern":"^[A-Z]","required":true,
                                           "message":"A city begins with a capital"}]}
                                """));
    }

    public static JsonObject manifest(String json) {
        return (JsonObject) Json.parse(json);
    }

    public static List<JsonObject> objects(JsonObject in, String name) {
        return in.array(name).stream().map(Served::object).toList();
    }

    private static JsonObject object(JsonValue value) {
        return (JsonObject) value;
    }
}
