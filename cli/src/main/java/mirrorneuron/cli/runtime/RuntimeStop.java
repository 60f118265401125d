package mirrorneuron.cli.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.view.Elapsed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops the server of a home. */
@Command(
        name = "stop",
        description = {
            "Stop the server of the home.",
            "Requests and commands that run have 30 s to finish; jobs go on at the next start."
        },
        footer = {"", "Example:", "  mn runtime stop"})
public final class RuntimeStop extends Leaf {

    /** How often the process is looked at while it ends. */
    private static final Duration LOOK = Duration.ofMillis(20);

    /** After a kill only the operating system has work left. */
    private static final Duration KILL_MAX = Duration.ofSeconds(10);

    @Option(
            names = "--force",
            description = "Kill it when the time is over; the next start repairs what that breaks.")
    boolean force;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "How long to wait for its end. Default: ${DEFAULT-VALUE}, which is its own"
                            + " grace time and 5 s to close.")
    double timeoutSeconds = 35;

    public RuntimeStop(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        var wait = Timeout.of(timeoutSeconds);
        return switch (HomeServer.of(desk.home())) {
            case HomeServer.Running(var server) -> stop(desk, server, wait);
            case HomeServer.Gone gone -> {
                forget(desk);
                yield nothing(Absent.sentence(desk, gone));
            }
            case HomeServer.None none -> nothing(Absent.sentence(desk, none));
        };
    }

    private static Report nothing(String sentence) {
        return Report.of(
                JsonObject.builder().put("status", "stopped").put("changed", false).build(),
                new Confirmation(
                        "Runtime stop",
                        false,
                        new Fields().add("Status", "stopped").add("Detail", sentence),
                        "mn runtime start"));
    }

    private Report stop(Desk desk, ServerEndpoint server, Duration wait)
            throws InterruptedException {
        long beganNanos = System.nanoTime();
        var process = ProcessHandle.of(server.pid());
        // Between the look and here it may have ended by itself, which is as good.
        if (process.isPresent() && !process.get().destroy() && HomeServer.isAlive(server)) {
            throw CommandFailure.of(
                    "MN_PERMISSION_DENIED",
                    ExitCode.NOT_AUTHORIZED,
                    "Process " + server.pid() + " cannot be told to end",
                    "stop it as the user that started it");
        }
        if (ended(server, wait)) {
            return done(server, "stopped", beganNanos);
        }
        if (!force) {
            throw CommandFailure.of(
                    "MN_RUNTIME_TIMEOUT",
                    ExitCode.FAILED,
                    "The server "
                            + server.url()
                            + " (process "
                            + server.pid()
                            + ") is still stopping after "
                            + Elapsed.of(wait),
                    "wait, or mn runtime stop --force kills it");
        }
        process.ifPresent(ProcessHandle::destroyForcibly);
        if (!ended(server, KILL_MAX)) {
            throw CommandFailure.of(
                    "MN_RUNTIME_TIMEOUT",
                    ExitCode.FAILED,
                    "Process " + server.pid() + " was killed and has not ended",
                    "the operating system holds it back; its log may say why");
        }
        forget(desk);
        return done(server, "killed", beganNanos);
    }

    private static boolean ended(ServerEndpoint server, Duration wait) throws InterruptedException {
        long endNanos = System.nanoTime() + wait.toNanos();
        while (HomeServer.isAlive(server)) {
            if (System.nanoTime() >= endNanos) {
                return false;
            }
            // It is no child of this process, so its end can only be looked for.
            Thread.sleep(LOOK);
        }
        return true;
    }

    /** Takes away what a killed server left; the next one would write over it. */
    private static void forget(Desk desk) {
        try {
            Files.deleteIfExists(desk.home().resolve(ServerEndpoint.FILE));
        } catch (IOException unwritable) {
            desk.warn("the file of the killed server stays: " + unwritable.getMessage());
        }
    }

    private static Report done(ServerEndpoint server, String status, long beganNanos) {
        var took = Duration.ofNanos(System.nanoTime() - beganNanos);
        return Report.of(
                        JsonObject.builder()
                                .put("status", status)
                                .put("changed", true)
                                .put("took_ms", took.toMillis())
                                .put("endpoint", server.toJson())
                                .build(),
                        new Confirmation(
                                "Runtime stop",
                                true,
                                new Fields()
                                        .add("Status", status)
                                        .add("URL", server.url())
                                        .add("Process", Long.toString(server.pid()))
                                        .add("Took", Elapsed.of(took)),
                                "mn runtime start"))
                .withIds(List.of(server.url()));
    }
}
