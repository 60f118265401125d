package mirrorneuron.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server that dies and comes back on one home and one port, and the one way in which clients talk
 * to it: a call that breaks is made again in the next life, and may only break when this life was
 * told to end. Clients call from any thread; one thread starts and ends.
 */
final class ServerLives implements AutoCloseable {

    private static final long START_SECONDS_MAX = 60;
    private static final long STOP_SECONDS_MAX = 40;
    private static final int LOG_LINES = 60;

    /** A request of a client. */
    interface Call {

        /**
         * @throws IOException when the connection broke, or could not be made
         */
        Wire.Answer of(Wire wire) throws IOException;
    }

    private final Path home;
    private final Path output;
    private final Map<String, String> variables;
    private final int port = Product.freePort();

    private @Nullable Process process;
    private int life; // guarded by this
    private boolean serves; // guarded by this; false = told to end, or not started yet

    /**
     * @param output gets what the processes print
     * @param variables of their environment, beside the usual
     */
    ServerLives(Path home, Path output, Map<String, String> variables) {
        this.home = home;
        this.output = output;
        this.variables = new HashMap<>(variables);
        this.variables.put("MN_API_PORT", Integer.toString(port));
    }

    // One thread

    /** Starts a process and waits for nothing; clients do not hear of it. */
    Process begin() throws IOException {
        var begun =
                Product.mn(home, variables, "runtime", "start", "--foreground", "--home=" + home)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        process = begun;
        return begun;
    }

    /** Starts a process and lets clients in when it is healthy; returns how long that took. */
    long start() throws IOException, InterruptedException {
        long began = System.nanoTime();
        var begun = begin();
        while (!healthy()) {
            boolean late = System.nanoTime() - began > TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
            // The pause between two looks; an end of the process ends it early.
            if (begun.waitFor(20, TimeUnit.MILLISECONDS) || late) {
                throw new AssertionError(
                        (late ? "no health for " + START_SECONDS_MAX + " s\n" : "it ended\n")
                                + lastWords());
            }
        }
        synchronized (this) {
            life++;
            serves = true;
            notifyAll();
        }
        return (System.nanoTime() - began) / 1_000_000;
    }

    private boolean healthy() {
        try {
            var answer = Wire.to(port).get("/health");
            return answer.status() == 200 && answer.text().contains("\"status\":\"ok\"");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Lets the process work; fails when it ends by itself meanwhile. */
    void rest(int ms) throws InterruptedException {
        if (running().waitFor(ms, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the server ended by itself\n" + lastWords());
        }
    }

    /** Sends SIGKILL. */
    void kill() throws InterruptedException {
        toldToEnd();
        running().destroyForcibly().waitFor();
    }

    /** Sends SIGTERM and waits for an orderly end; returns the exit code. */
    int stop() throws InterruptedException {
        toldToEnd();
        running().destroy();
        if (!running().waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new AssertionError("no end after " + STOP_SECONDS_MAX + " s\n" + lastWords());
        }
        return running().exitValue();
    }

    private synchronized void toldToEnd() {
        serves = false;
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("nothing was started");
        }
        return process;
    }

    /** The end of what the processes said, for assertions that fail. */
    String lastWords() {
        return tail(output) + "--- api.log\n" + tail(home.resolve("logs/api.log"));
    }

    private static String tail(Path file) {
        try {
            var lines = Files.readAllLines(file);
            return String.join(
                            "\n",
                            lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()))
                    + "\n";
        } catch (IOException none) {
            return "(" + none + ")\n";
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    // Clients

    /** Requests to the life that serves now, by somebody who knows that it goes on. */
    Wire wire() {
        return Wire.to(port);
    }

    /** Asks until there is a whole answer that is not a server saying that it stops. */
    Wire.Answer ask(Call call) throws InterruptedException {
        while (true) {
            int asked = awaitLife();
            IOException broken;
            try {
                var answer = call.of(Wire.to(port));
                if (answer.status() != 503) {
                    return answer;
                }
                broken = new IOException(answer.toString());
            } catch (IOException cut) {
                broken = cut;
            }
            awaitLifeAfter(asked, broken);
        }
    }

    private synchronized int awaitLife() throws InterruptedException {
        while (!serves) {
            wait();
        }
        return life;
    }

    private synchronized void awaitLifeAfter(int ended, IOException broken)
            throws InterruptedException {
        if (serves && life == ended) {
            throw new AssertionError("a call broke in a life that was not to end", broken);
        }
        while (!serves) {
            wait();
        }
    }
}
