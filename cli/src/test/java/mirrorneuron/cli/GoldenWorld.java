package mirrorneuron.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.OperationRequest;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;

/**
 * A home in which every leaf finds something to show, the same each time: jobs in several states,
 * runs, an operation, files, a server. Numbers that differ from one time to the next are replaced.
 */
final class GoldenWorld implements AutoCloseable {

    private static final Map<String, String> ANSWERS =
            Map.of(
                    "/api/v1/health",
                    """
                    {"status":"ok","auth":"disabled","version":"0.1.0","dependencies":{
                      "store":{"status":"ok"},"redis":{"status":"ok","detail":"not used"}}}
                    """,
                    "/api/v1/runtime/status",
                    """
                    {"overall":"passing","checked_at":"2026-03-01T12:00:00.000Z",
                     "runtime":{"mode":"single_node","version":"0.1.0","uptime_seconds":192,"node":"local"},
                     "endpoints":{"api":"-"},
                     "components":[{"name":"api","status":"passing"},
                                   {"name":"store","status":"passing"}],
                     "nodes":{"total":1},
                     "jobs":{"total":3,"by_status":{"running":2,"completed":1,"failed":0}},
                     "shared_storage":{}}
                    """,
                    "/api/v1/metrics",
                    """
                    {"jobs":{"total":3,"by_status":{"running":2,"completed":1}},"nodes":1}
                    """);

    private static final String BEGAN =
            ProcessHandle.current().info().startInstant().map(Timestamps::format).orElse("never");

    final CommandRun mn = new CommandRun();

    private final Path folder;
    private final HttpServer http;
    private final TimeZone zone = TimeZone.getDefault();

    GoldenWorld() throws IOException {
        // Its path is shown in tables, so it is always as long.
        folder =
                Files.createDirectory(
                        Path.of("/tmp/mn-golden-%010d".formatted(ProcessHandle.current().pid())));
        mn.directory = folder;
        // Times of day are those of the machine.
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        jobs();
        runs();
        files();
    }

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text);
    }

    private void jobs() {
        var asks = mn.runtime.job("asks-1", "report");
        asks.agents =
                List.of(
                        FakeRuntime.agent("intake", "router", AgentStatus.READY, 3, 0),
                        FakeRuntime.agent("draft", "executor", AgentStatus.RUNNING, 2, 1),
                        FakeRuntime.agent(
                                "press",
                                "executor",
                                AgentStatus.ERROR,
                                1,
                                0,
                                Optional.of("exit status 3: no ink")));
        asks.step("draft", "waiting", 1, "a person has to decide until 2026-03-01T13:00:00.000Z");
        asks.step("print", "pending", 0, "it waits for draft", json("{\"parents\":[\"draft\"]}"));
        asks.asks("draft", "Review the draft");
        asks.explanation =
                Optional.of(
                        FakeRuntime.explanation(
                                "waiting_for_person",
                                "Step draft waits for a person.",
                                "mn job human asks-1"));
        asks.happened("job_running", Optional.empty(), json("{\"node\":\"local\"}"));
        asks.happened("agent_started", Optional.of("draft"), json("{\"agent_type\":\"executor\"}"));
        asks.happened("human_input_requested", Optional.empty(), json("{\"step_id\":\"draft\"}"));
        asks.deadLetters.add(
                new DeadLetter(
                        0,
                        3,
                        AgentId.of("press"),
                        "retries_exhausted",
                        "exit status 3: no ink",
                        3,
                        FakeRuntime.BEGIN.plusSeconds(9),
                        json("{\"type\":\"page\",\"body\":{\"n\":1}}"),
                        0,
                        Optional.empty(),
                        Optional.empty()));
        var done = mn.runtime.job("done-1", "report");
        done.happened("job_running", Optional.empty(), json("{\"node\":\"local\"}"));
        done.completed(json("{\"title\":\"Tea\",\"pages\":3}"));
        mn.runtime
                .job("failed-1", "report")
                .failed(
                        Failure.of(
                                "executor.exit_status",
                                "The command of press ended with status 3",
                                JsonObject.empty(),
                                FakeRuntime.BEGIN,
                                "refill it"));
        mn.runtime.job("paused-1", "report").status = JobStatus.PAUSED;
        mn.runtime.operations.start(new OperationRequest.CancelAllJobs());
        asks.status = JobStatus.RUNNING;
    }

    private void runs() {
        for (var id : List.of("asks-1", "done-1", "done-2", "paused-1")) {
            var status =
                    switch (id) {
                        case "asks-1" -> "running";
                        case "paused-1" -> "paused";
                        default -> "completed";
                    };
            var run = mn.runtime.runs.add(id, status);
            run.summary =
                    json(
                            """
                            {"duration_ms":65000,"retry_count":1,
                             "counts":{"events":12,"logs":3,"errors":0},
                             "token_totals":{"total_tokens":420}}
                            """);
            run.resources =
                    json(
                            """
                            {"buckets":[{"start":"2026-03-01T12:00:00.000Z","samples":4,
                              "cpu_pct_avg":12.5,"cpu_pct_max":40.0,
                              "memory_rss_mb_max":128.0,"total_tokens":420}]}
                            """);
            run.finalArtifact =
                    Optional.of(json("{\"title\":\"" + id + "\",\"pages\":" + id.length() + "}"));
            run.human =
                    id.equals("asks-1")
                            ? List.of(
                                    json(
                                            """
                                            {"type":"human_input_requested","status":"pending",
                                             "ts":"2026-03-01T12:00:03.000Z",
                                             "payload":{"request_id":"draft:gate:1",
                                               "title":"Review the draft",
                                               "status":"pending"}}
                                            """))
                            : List.of();
            for (int n = 1; n <= 4; n++) {
                run.record(
                        "events",
                        "{\"ts\":\"2026-03-01T12:00:0%d.000Z\",\"type\":\"agent_message_received\",\"agent_id\":\"intake\",\"payload\":{\"n\":%d}}"
                                .formatted(n, n));
            }
            run.record(
                    "logs",
                    "{\"ts\":\"2026-03-01T12:00:06.000Z\",\"level\":\"WARN\",\"component\":\"executor\",\"message\":\"low ink\"}");
        }
    }

    private void files() throws IOException {
        Files.createDirectories(folder.resolve("bundle/payloads"));
        Files.writeString(
                folder.resolve("bundle/manifest.json"),
                """
                {"manifest_version":"1.0","graph_id":"report","entrypoints":["intake"],
                 "nodes":[{"node_id":"intake","agent_type":"router"},
                          {"node_id":"draft","agent_type":"executor",
                           "config":{"runner_module":"host_local","command":["true"]}},
                          {"node_id":"press","agent_type":"aggregator"}],
                 "edges":[{"edge_id":"e1","from_node":"intake","to_node":"draft","message_type":"*"},
                          {"edge_id":"e2","from_node":"draft","to_node":"press","message_type":"*"}]}
                """);
        Files.writeString(folder.resolve("job.zip"), "paused-1");
        var home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(
                home.resolve("config.toml"),
                """
                [contexts.lab]
                target = "lab.example.org:55051"

                [output]
                color = "auto"
                """);
    }

    private static final int LINES_MAX = 60;
    private static final int LINE_MAX = 200;

    /** What a command printed. */
    record Shown(String line, int exit, String out, String err) {
        @Override
        public String toString() {
            return "$ mn %s\n%s%s[exit %d]\n\n"
                    .formatted(
                            line, ended(out), err.isEmpty() ? "" : "[stderr]\n" + ended(err), exit);
        }

        /** The beginning of what is long, such as a script; the whole has tests of its own. */
        private static String ended(String text) {
            var lines =
                    text.lines()
                            .map(
                                    line ->
                                            line.length() > LINE_MAX
                                                    ? line.substring(0, LINE_MAX) + "…"
                                                    : line)
                            .toList();
            if (lines.size() > LINES_MAX) {
                return String.join("\n", lines.subList(0, LINES_MAX)) + "\n…\n";
            }
            return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        }
    }

    Shown run(List<String> words) throws IOException {
        var leaf = words.get(0) + " " + words.get(1);
        if (leaf.startsWith("runtime ") || leaf.equals("resource ports")) {
            serve(leaf);
        } else if (leaf.startsWith("config ") || leaf.equals("job backup")) {
            mn.environment.put("MN_HOME", folder.resolve("home").toString());
        }
        int exit = mn.run(words.toArray(String[]::new));
        return new Shown(
                String.join(" ", words), exit, withoutChance(mn.out()), withoutChance(mn.err()));
    }

    /** The home's server is this process. */
    private void serve(String leaf) throws IOException {
        var home = folder.resolve("home");
        mn.environment.put("MN_HOME", home.toString());
        http.createContext(
                "/",
                exchange -> {
                    var body =
                            ANSWERS.getOrDefault(exchange.getRequestURI().getPath(), "{}")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        http.start();
        var here = ProcessHandle.current();
        var endpoint =
                new ServerEndpoint(
                        here.pid(),
                        here.info().startInstant(),
                        "localhost",
                        http.getAddress().getPort(),
                        "http://localhost:" + http.getAddress().getPort() + "/api/v1",
                        Optional.of("localhost:55051"),
                        NodeName.of("local"),
                        home,
                        "0.1.0",
                        Instant.parse("2026-03-01T12:00:00Z"));
        mn.servers.endpoint = Optional.of(endpoint);
        if (!leaf.equals("runtime stop")) {
            Files.writeString(home.resolve(ServerEndpoint.FILE), endpoint.toJson().toString());
        }
        Files.createDirectories(home.resolve("logs"));
        Files.writeString(
                home.resolve("logs/api.log"),
                """
                {"timestamp":"2026-03-01T12:00:00.000Z","level":"INFO","logger":"server","message":"it serves"}
                """);
    }

    /** Ports and ids of processes have five digits here, so that tables keep their columns. */
    private String withoutChance(String text) {
        return text.replace(folder.toString(), "/folder")
                .replace("localhost:" + http.getAddress().getPort(), "localhost:54001")
                .replaceAll("\\b" + http.getAddress().getPort() + "\\b", "54001")
                .replace(BEGAN, "2026-03-01T12:00:00.000Z")
                .replaceAll("\\b" + ProcessHandle.current().pid() + "\\b", "4711");
    }

    @Override
    public void close() throws IOException {
        TimeZone.setDefault(zone);
        http.stop(0);
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
