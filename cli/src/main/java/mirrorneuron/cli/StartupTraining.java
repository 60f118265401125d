package mirrorneuron.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mirrorneuron.cli.follow.Interrupts;
import mirrorneuron.cli.home.HomeServer;

/**
 * A short run over the usual commands, started by {@code bin/record-start}, during which the JVM
 * records the classes they load. Nothing it prints is shown and nothing outside its folder is
 * touched.
 */
final class StartupTraining {

    private static final String MANIFEST =
            """
            {"manifest_version":"1.0","graph_id":"warm_up","entrypoints":["intake"],
             "nodes":[{"node_id":"intake","agent_type":"router","role":"root","config":{"emit_type":"go"}},
                      {"node_id":"sink","agent_type":"aggregator","type":"reduce",
                       "config":{"complete_after":1,"terminal_sink":true,"complete_run":true}}],
             "edges":[{"edge_id":"e1","from_node":"intake","to_node":"sink","message_type":"go"}]}
            """;

    private static final Duration LOOK = Duration.ofMillis(10);

    private StartupTraining() {}

    /**
     * @param arguments what is trained, {@code home}, {@code console} or {@code plain}, and a
     *     folder
     */
    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[1]).toAbsolutePath();
        var bundle = folder.resolve("warm_up");
        Files.createDirectories(bundle.resolve("payloads"));
        Files.writeString(bundle.resolve("manifest.json"), MANIFEST);
        switch (arguments[0]) {
            case "plain" -> alone(folder.toString());
            case "console" -> ask(folder.toString(), bundle.toString());
            default -> open(folder.toString(), bundle.toString());
        }
    }

    /** What asks nobody, or only whether a server is there. */
    private static void alone(String home) throws Exception {
        run(home, "--help");
        run(home, "job", "--help");
        run(home, "job", "list", "--help");
        run(home, "job", "lits");
        run(home, "runtime", "start", "--port", Integer.toString(freePort()));
        run(home, "runtime", "start");
        run(home, "runtime", "stop");
    }

    /** What asks the server of a home. */
    private static void ask(String home, String bundle) throws Exception {
        run(home, "job", "list", "--help");
        run(home, "job", "lits");
        run(home, "runtime", "start", "--port", Integer.toString(freePort()));
        askServer(home, bundle);
        run(home, "config", "set", "output.color", "auto");
        run(home, "job", "list");
        run(home, "runtime", "stop");
    }

    /** What opens a home: commands of their own, and a server. */
    private static void open(String home, String bundle) throws Exception {
        run(home, "blueprint", "validate", bundle);
        run(home, "blueprint", "run", "--folder", bundle, "--follow-seconds", "5");
        lookAround(home);
        var asked = new CountDownLatch(1);
        var port = Integer.toString(freePort());
        var server =
                new Thread(
                        () ->
                                run(
                                        home,
                                        () -> new Until(asked),
                                        "runtime",
                                        "start",
                                        "--foreground",
                                        "--output=ndjson",
                                        "--home=" + home,
                                        "--port=" + port),
                        "mn-training-server");
        server.start();
        while (server.isAlive() && HomeServer.of(Path.of(home)).running().isEmpty()) {
            server.join(LOOK);
        }
        askServer(home, bundle);
        asked.countDown();
        server.join();
    }

    private static void lookAround(String home) {
        run(home, "job", "list");
        run(home, "job", "list", "-o", "table");
        run(home, "job", "status", "warm_up");
        run(home, "run", "list");
        run(home, "node", "list", "--json");
    }

    private static void askServer(String home, String bundle) {
        if (HomeServer.of(Path.of(home)).running().isEmpty()) {
            throw new IllegalStateException("Expected a server on " + home + ", but none came up");
        }
        run(home, "job", "submit", bundle + "/manifest.json", "--wait");
        lookAround(home);
        run(home, "runtime", "start");
        run(home, "runtime", "health");
        run(home, "runtime", "status");
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Pretends that the process is told to end when the questions are asked. */
    private record Until(CountDownLatch asked) implements Interrupts {
        @Override
        public int pressed() {
            return 0;
        }

        @Override
        public boolean terminated() {
            return asked.getCount() == 0;
        }

        @Override
        public boolean await(Duration limit) throws InterruptedException {
            return asked.await(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {}
    }

    private static void run(String home, String... arguments) {
        run(home, Surroundings.ofProcess().interrupts(), arguments);
    }

    private static void run(String home, Interrupts.Source interrupts, String... arguments) {
        var real = Surroundings.ofProcess();
        var nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Mn.run(
                new Surroundings(
                        Map.of("MN_HOME", home, "HOME", home, "MN_GRPC_PORT", "0"),
                        real.workingDirectory(),
                        Surroundings.Terminals.NONE,
                        InputStream.nullInputStream(),
                        nowhere,
                        nowhere,
                        real.clock(),
                        real.runtime(),
                        real.servers(),
                        real.screens(),
                        interrupts),
                List.of(arguments));
    }
}
