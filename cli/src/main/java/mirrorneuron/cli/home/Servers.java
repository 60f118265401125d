package mirrorneuron.cli.home;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.spi.RunningServer;
import mirrorneuron.api.spi.ServerProvider;
import mirrorneuron.cli.CommandFailure;

/** Starts servers: in this process, or as one of their own. */
public interface Servers {

    /** As {@link ServerProvider#start}. */
    RunningServer start(Map<String, String> environment, Path folder) throws IOException;

    /**
     * Runs the command again as a process that outlives this one: in a session of its own, without
     * input.
     *
     * @param output what it prints is appended to this file
     * @throws CommandFailure when this program does not know how it was started
     */
    Launched launch(List<String> arguments, Path folder, Path output) throws IOException;

    /** A process that was begun. */
    interface Launched {
        long pid();

        /**
         * Waits for its end.
         *
         * @return its exit code; empty when the time was over before
         */
        Optional<Integer> ended(Duration limit) throws InterruptedException;

        /** Ends it, politely first. */
        void end() throws InterruptedException;

        /** Goes away and lets it live. */
        void leave() throws InterruptedException;
    }

    static Servers ofProcess() {
        return new Servers() {
            @Override
            public RunningServer start(Map<String, String> environment, Path folder)
                    throws IOException {
                return ServerProvider.find().start(environment, folder);
            }

            @Override
            public Launched launch(List<String> arguments, Path folder, Path output)
                    throws IOException {
                var launcher = System.getProperty(LAUNCHER_PROPERTY);
                if (launcher == null) {
                    throw CommandFailure.precondition(
                            "Expected to start a process, but this one was not started by bin/mn",
                            "use bin/mn, or --foreground");
                }
                // Both apart from this terminal: a Ctrl-C is for this program to answer.
                var apart =
                        Programs.find(System.getenv().getOrDefault("PATH", ""), "setsid")
                                .map(Path::toString)
                                .stream()
                                .toList();
                var command = new ArrayList<>(apart);
                command.addAll(List.of("/bin/sh", "-c", WATCH, output.toString()));
                command.addAll(apart);
                command.add(launcher);
                command.addAll(arguments);
                var builder = new ProcessBuilder(command).directory(folder.toFile());
                var environment = builder.environment();
                environment.put("MN_JAVA", System.getProperty("java.home"));
                // Its documents are read by this program.
                environment.remove("MN_CLI_JSON");
                return launched(builder.start());
            }
        };
    }

    /** Where the launcher says what it is. */
    String LAUNCHER_PROPERTY = "mn.launcher";

    /** How long a process that is told to end may take before it is killed. */
    Duration END_GRACE = Duration.ofSeconds(10);

    /**
     * Begins what follows, says its process id, and ends as it ends. A Java process that waits for
     * a child takes 300 ms longer to exit than others; whoever has seen the child come up ends this
     * shell instead.
     */
    String WATCH = "\"$@\" </dev/null >>\"$0\" 2>&1 & echo $!; wait $!";

    private static Launched launched(Process watch) throws IOException {
        long pid;
        try (var said = watch.inputReader()) {
            pid = Long.parseLong(String.valueOf(said.readLine()));
        } catch (NumberFormatException nothing) {
            throw new IOException("no process began: the shell said nothing", nothing);
        }
        var server = ProcessHandle.of(pid);
        return new Launched() {
            @Override
            public long pid() {
                return pid;
            }

            @Override
            public Optional<Integer> ended(Duration limit) throws InterruptedException {
                return watch.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                        ? Optional.of(watch.exitValue())
                        : Optional.empty();
            }

            @Override
            public void end() throws InterruptedException {
                server.ifPresent(ProcessHandle::destroy);
                if (!watch.waitFor(END_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    server.ifPresent(ProcessHandle::destroyForcibly);
                    watch.waitFor();
                }
            }

            @Override
            public void leave() throws InterruptedException {
                watch.destroy();
                watch.waitFor();
            }
        };
    }
}
