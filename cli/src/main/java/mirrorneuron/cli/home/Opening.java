package mirrorneuron.cli.home;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where and with which intent a runtime is opened.
 *
 * @param connection variables of a connection to a server, as the client reads them; without a
 *     target the server of the home is meant, or none
 */
public record Opening(Path home, Intent intent, Map<String, String> connection) {

    public Opening {
        requireNonNull(home, "home");
        requireNonNull(intent, "intent");
        connection = Map.copyOf(connection);
    }

    /** What is to be done with the home. */
    public enum Intent {
        /** Look only: unfinished jobs stay as they are. */
        READ,
        /** Act: unfinished jobs are taken up. */
        WORK,
        /** Neither: nothing of the home is opened, so it may be in use elsewhere. */
        CHECK
    }
}
