package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A command in a real terminal that nobody sits at: tmux draws it, presses its keys and tells what
 * stands on it. Each has a tmux server of its own. Not for sharing between threads.
 */
final class TerminalSession implements AutoCloseable {

    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(40);
    private static final long CALL_SECONDS_MAX = 20;
    private static final String PANE = "view";

    private final Path socket;

    /** Gets the exit code. What tmux knows of it is not there at times. */
    private final Path status;

    private TerminalSession(Path folder) {
        this.socket = folder.resolve("tmux.sock");
        this.status = folder.resolve("exit");
    }

    /**
     * Starts a command in a terminal of this size.
     *
     * @param folder of this terminal alone
     */
    static TerminalSession start(Path folder, int width, int height, ProcessBuilder command)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        // What ended stays on the screen.
        var settings = folder.resolve("tmux.conf");
        Files.writeString(
                settings,
                "set -g remain-on-exit on\nset -g escape-time 0\nset -g status off\n"
                        + "set -g default-terminal screen-256color\n");
        var session = new TerminalSession(folder);
        var start = session.command("-u", "-f", settings.toString(), "new-session", "-d");
        start.addAll(List.of("-s", PANE, "-x", "" + width, "-y", "" + height, "--"));
        start.addAll(List.of("sh", "-c", "\"$@\"; echo $? >\"$0\"", session.status.toString()));
        start.addAll(command.command());
        var builder = new ProcessBuilder(start).directory(command.directory());
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        // These would say something else about the terminal than it does itself.
        List.of("COLUMNS", "LINES", "TMUX", "CI", "GITHUB_ACTIONS")
                .forEach(builder.environment()::remove);
        builder.environment().put("TERM", "xterm-256color");
        builder.environment().put("LANG", "C.UTF-8");
        call(builder);
        return session;
    }

    private List<String> command(String... words) {
        var command = new ArrayList<>(List.of("tmux", "-S", socket.toString()));
        command.addAll(List.of(words));
        return command;
    }

    private String tmux(String... words) throws IOException, InterruptedException {
        return call(new ProcessBuilder(command(words)));
    }

    private static String call(ProcessBuilder builder) throws IOException, InterruptedException {
        var out = Files.createTempFile("tmux-", ".out");
        try {
            var process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
            if (!process.waitFor(CALL_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(builder.command() + " did not end");
            }
            var text = Files.readString(out, UTF_8);
            if (process.exitValue() != 0) {
                throw new AssertionError(builder.command() + ": " + text);
            }
            return text;
        } finally {
            Files.delete(out);
        }
    }

    /** What stands on the terminal, line by line. */
    List<String> lines() throws IOException, InterruptedException {
        return tmux("capture-pane", "-p", "-t", PANE).lines().toList();
    }

    /** The same, after what has scrolled away. */
    List<String> everything() throws IOException, InterruptedException {
        return tmux("capture-pane", "-p", "-S", "-", "-t", PANE).lines().toList();
    }

    /** What stands there with the escape sequences that paint it. */
    String painted() throws IOException, InterruptedException {
        return tmux("capture-pane", "-p", "-e", "-t", PANE);
    }

    /**
     * Waits until what stands on the terminal is as wanted; fails with what stands there instead.
     */
    List<String> shows(String what, Predicate<List<String>> wanted)
            throws IOException, InterruptedException {
        try {
            await().atMost(SHOWN_WITHIN)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> wanted.test(lines()));
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(
                    "expected " + what + ", but there was\n" + String.join("\n", lines()), late);
        }
        return lines();
    }

    /** Waits for a text anywhere. */
    List<String> shows(String text) throws IOException, InterruptedException {
        return shows("'" + text + "'", lines -> String.join("\n", lines).contains(text));
    }

    /** Presses keys, by the names that tmux has for them. */
    void press(String... keys) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("send-keys", "-t", PANE));
        words.addAll(List.of(keys));
        tmux(words.toArray(String[]::new));
    }

    void resize(int width, int height) throws IOException, InterruptedException {
        tmux("resize-window", "-t", PANE, "-x", "" + width, "-y", "" + height);
    }

    /** Waits until the command has ended, and gives its exit code. */
    int ended() throws IOException, InterruptedException {
        shows("the end of the command", _ -> !status().isEmpty());
        return Integer.parseInt(status());
    }

    /** Empty while the command runs. */
    private String status() {
        try {
            return Files.exists(status) ? Files.readString(status).strip() : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        tmux("kill-server");
    }
}
