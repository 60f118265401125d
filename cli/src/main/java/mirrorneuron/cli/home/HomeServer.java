package mirrorneuron.cli.home;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.spi.ServerEndpoint;

/** The server of a home, as its endpoint file and the operating system tell. */
public sealed interface HomeServer {

    /** Its process lives. */
    record Running(ServerEndpoint endpoint) implements HomeServer {}

    /** It was killed: its file is there, its process is not. */
    record Gone(ServerEndpoint endpoint) implements HomeServer {}

    /** There is none, or it was stopped. */
    record None() implements HomeServer {}

    /**
     * Start times are computed from the time of day at which the machine started, which moves a
     * little when the clock is set. A process id that comes again within this time would be taken
     * for the server; ids are given in turn, so that takes a whole round of them.
     */
    Duration START_TOLERANCE = Duration.ofSeconds(2);

    /** Looks; a file that cannot be read is none. */
    static HomeServer of(Path home) {
        try {
            var content = Files.readString(home.resolve(ServerEndpoint.FILE));
            if (Json.parse(content) instanceof JsonObject document) {
                var endpoint = ServerEndpoint.of(document);
                if (endpoint.isPresent()) {
                    return isAlive(endpoint.get())
                            ? new Running(endpoint.get())
                            : new Gone(endpoint.get());
                }
            }
        } catch (IOException | JsonParseException unreadable) {
            // Nobody may rely on such a file; the lock of the home says whether it is free.
        }
        return new None();
    }

    default Optional<ServerEndpoint> running() {
        return this instanceof Running(var endpoint) ? Optional.of(endpoint) : Optional.empty();
    }

    /** Whether the very process that wrote the file lives. */
    static boolean isAlive(ServerEndpoint endpoint) {
        return ProcessHandle.of(endpoint.pid())
                .filter(ProcessHandle::isAlive)
                .filter(process -> !isDefunct(process.pid()))
                .filter(process -> isSame(process, endpoint))
                .isPresent();
    }

    private static boolean isSame(ProcessHandle process, ServerEndpoint endpoint) {
        var began = process.info().startInstant();
        return began.isEmpty()
                || endpoint.processStartedAt().isEmpty()
                || Duration.between(began.get(), endpoint.processStartedAt().get())
                                .abs()
                                .compareTo(START_TOLERANCE)
                        <= 0;
    }

    /** A dead process whose parent has not asked for its end still counts as alive elsewhere. */
    private static boolean isDefunct(long pid) {
        try {
            var stat =
                    Files.readString(
                            Path.of("/proc", Long.toString(pid), "stat"),
                            StandardCharsets.ISO_8859_1);
            // The name stands in parentheses and may hold anything.
            int name = stat.lastIndexOf(')');
            return name >= 0 && stat.startsWith(") Z", name);
        } catch (IOException elsewhere) {
            return false;
        }
    }
}
