package mirrorneuron.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import mirrorneuron.api.Jobs;
import mirrorneuron.cli.follow.Interrupts;
import mirrorneuron.cli.follow.Screen;
import mirrorneuron.cli.home.RuntimeDoor;

/**
 * Runs command lines as a user would and keeps what came out. The clock moves by 100 ms with each
 * look at it.
 */
final class CommandRun {

    final FakeRuntime runtime = new FakeRuntime();
    RuntimeDoor door = runtime;
    final FakeServers servers = new FakeServers();

    /** Holds no settings; what a command logs stays in the module's own build folder. */
    final Map<String, String> environment =
            new HashMap<>(Map.of("MN_HOME", Path.of("target", "home").toAbsolutePath().toString()));

    Surroundings.Terminals terminals = Surroundings.Terminals.NONE;
    String stdin = "";
    Path directory = Path.of("").toAbsolutePath();
    Screen screen = new FakeScreen(80, 24, List.of());

    /** How often Ctrl-C has been pressed, by how often it was asked for. */
    List<Integer> presses = List.of();

    boolean terminated;

    private final AtomicLong millis = new AtomicLong();
    private String out = "";
    private String err = "";

    int run(String... arguments) {
        var outBytes = new ByteArrayOutputStream();
        var errBytes = new ByteArrayOutputStream();
        InstantSource clock =
                () ->
                        Instant.ofEpochMilli(
                                FakeRuntime.BEGIN.toEpochMilli() + millis.getAndAdd(100));
        int exit =
                Mn.run(
                        new Surroundings(
                                environment,
                                directory,
                                terminals,
                                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                                clock,
                                door,
                                servers,
                                () -> screen,
                                this::interrupts),
                        List.of(arguments));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return exit;
    }

    private Interrupts interrupts() {
        return new Interrupts() {
            private int asked;

            @Override
            public int pressed() {
                if (presses.isEmpty()) {
                    return 0;
                }
                int at = Math.min(asked, presses.size() - 1);
                asked++;
                return presses.get(at);
            }

            @Override
            public boolean terminated() {
                return terminated;
            }

            @Override
            public boolean await(Duration limit) {
                return pressed() > 0 || terminated || limit.equals(Jobs.WAIT_FOREVER);
            }

            @Override
            public void close() {}
        };
    }

    String out() {
        return out;
    }

    String err() {
        return err;
    }
}
