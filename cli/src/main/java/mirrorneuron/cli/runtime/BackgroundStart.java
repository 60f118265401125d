package mirrorneuron.cli.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.spi.HomeFolder;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.home.Servers;

/**
 * Begins a server as a process of its own and waits until it answers. One that does not come up is
 * ended before its failure is told, so nothing stays behind.
 */
final class BackgroundStart {

    /** Opening a home with very many unfinished jobs takes seconds; this is far above that. */
    private static final Duration START_MAX = Duration.ofSeconds(60);

    /** How often the server is looked for; its end is noticed at once. */
    private static final Duration LOOK = Duration.ofMillis(15);

    private static final Duration HEALTH_MAX = Duration.ofSeconds(2);

    private final Desk desk;
    private final Optional<String> host;
    private final Optional<Integer> port;
    private final Optional<Integer> grpcPort;
    private final Path console;

    BackgroundStart(
            Desk desk, Optional<String> host, Optional<Integer> port, Optional<Integer> grpcPort) {
        this.desk = desk;
        this.host = host;
        this.port = port;
        this.grpcPort = grpcPort;
        this.console = RuntimeFiles.console(desk);
    }

    /**
     * @throws CommandFailure with what the server said, when it could not start
     */
    ServerEndpoint run() throws InterruptedException {
        var surroundings = desk.surroundings();
        try (var interrupts = surroundings.interrupts().listen()) {
            var process = begin();
            boolean up = false;
            try {
                long endNanos = System.nanoTime() + START_MAX.toNanos();
                while (System.nanoTime() < endNanos) {
                    var exit = process.ended(LOOK);
                    if (exit.isPresent()) {
                        throw failure(exit.get());
                    }
                    if (interrupts.pressed() > 0 || interrupts.terminated()) {
                        throw new InterruptedException("interrupted while the server started");
                    }
                    var server =
                            HomeServer.of(desk.home())
                                    .running()
                                    .filter(found -> found.pid() == process.pid())
                                    .filter(this::answers);
                    if (server.isPresent()) {
                        up = true;
                        process.leave();
                        return server.get();
                    }
                }
                throw CommandFailure.of(
                        "MN_RUNTIME_TIMEOUT",
                        ExitCode.FAILED,
                        "The server did not answer within " + START_MAX.toSeconds() + " s",
                        "mn runtime logs shows how far it came");
            } finally {
                if (!up) {
                    process.end();
                }
            }
        }
    }

    private Servers.Launched begin() {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "runtime",
                                "start",
                                "--foreground",
                                "--output=ndjson",
                                "--home=" + desk.home()));
        host.ifPresent(value -> arguments.add("--host=" + value));
        port.ifPresent(value -> arguments.add("--port=" + value));
        grpcPort.ifPresent(value -> arguments.add("--grpc-port=" + value));
        try {
            HomeFolder.make(desk.home());
            Files.createDirectories(console.getParent());
            if (Files.exists(console)) {
                // How an earlier server ended is worth keeping once.
                Files.move(
                        console,
                        console.resolveSibling(console.getFileName() + ".1"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            var surroundings = desk.surroundings();
            return surroundings
                    .servers()
                    .launch(arguments, surroundings.workingDirectory(), console);
        } catch (IOException unwritable) {
            throw new RuntimeUnavailableException(
                    "Expected to start a server that prints to "
                            + console
                            + ", but: "
                            + unwritable.getMessage());
        }
    }

    private boolean answers(ServerEndpoint server) {
        try {
            return new ServerCall(server, desk, HEALTH_MAX).get("/health").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The failure that the process printed as a document, or its last words. */
    private CommandFailure failure(int exit) {
        List<String> lines;
        try {
            lines =
                    new String(Files.readAllBytes(console), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .toList();
        } catch (IOException unreadable) {
            lines = List.of();
        }
        for (var line : lines.reversed()) {
            var error = error(line);
            if (error.isPresent()) {
                return CommandFailure.of(
                                error.get().string("code").orElse("MN_COMMAND_FAILED"),
                                ExitCode.of(exit),
                                error.get().string("message").orElse(""),
                                error.get().string("hint").orElse(""))
                        .with(error.get().object("details"));
            }
        }
        return CommandFailure.of(
                "MN_COMMAND_FAILED",
                ExitCode.FAILED,
                "The server ended with exit code "
                        + exit
                        + " before it answered"
                        + (lines.isEmpty() ? "" : ": " + lines.getLast().strip()),
                "what it printed is in " + console);
    }

    private static Optional<JsonObject> error(String line) {
        try {
            return line.startsWith("{")
                            && Json.parse(line) instanceof JsonObject document
                            && document.bool("ok").filter(ok -> !ok).isPresent()
                    ? Optional.of(document.object("error"))
                    : Optional.empty();
        } catch (JsonParseException other) {
            return Optional.empty();
        }
    }
}
