package mirrorneuron.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.spi.RunningServer;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.home.Servers;

/** Servers that are only pretended. */
final class FakeServers implements Servers {

    /** What a start in this process ends with; absent = it is refused. */
    Optional<ServerEndpoint> endpoint = Optional.empty();

    List<String> warnings = List.of();

    /** Why a start in this process is refused. */
    Optional<Exception> refusal = Optional.empty();

    /** What a process prints before it ends; absent = it goes on. */
    Optional<String> lastWords = Optional.empty();

    int exit;

    /** What a process does when it is begun. */
    Runnable begun = () -> {};

    final List<Map<String, String>> environments = new ArrayList<>();
    final List<List<String>> launched = new ArrayList<>();
    int closed;
    int ended;
    int left;

    @Override
    public RunningServer start(Map<String, String> environment, Path folder) throws IOException {
        environments.add(environment);
        if (refusal.isPresent()) {
            switch (refusal.get()) {
                case IOException io -> throw io;
                case RuntimeException other -> throw other;
                case Exception other -> throw new AssertionError(other);
            }
        }
        var served = endpoint.orElseThrow();
        return new RunningServer() {
            @Override
            public ServerEndpoint endpoint() {
                return served;
            }

            @Override
            public List<String> warnings() {
                return warnings;
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    @Override
    public Launched launch(List<String> arguments, Path folder, Path output) throws IOException {
        launched.add(arguments);
        Files.writeString(
                output, lastWords.orElse(""), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        begun.run();
        return new Launched() {
            @Override
            public long pid() {
                return ProcessHandle.current().pid();
            }

            @Override
            public Optional<Integer> ended(Duration limit) {
                return lastWords.isPresent() ? Optional.of(exit) : Optional.empty();
            }

            @Override
            public void end() {
                ended++;
            }

            @Override
            public void leave() {
                left++;
            }
        };
    }
}
