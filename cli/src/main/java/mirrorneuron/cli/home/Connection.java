package mirrorneuron.cli.home;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.spi.ServerEndpoint;

/**
 * How a server is reached.
 *
 * @param variables as the client reads them, the target among them
 */
public record Connection(Map<String, String> variables) {

    public static final String TARGET = "MN_GRPC_TARGET";
    public static final String TOKEN_FILE = "MN_GRPC_AUTH_TOKEN_FILE";
    public static final String TIMEOUT = "MN_GRPC_TIMEOUT_SECONDS";

    /** Where a target may be named; the first that is set counts. */
    private static final List<String> NAMED =
            List.of(TARGET, "MN_CORE_GRPC_TARGET", "MN_CORE_HOST");

    public Connection {
        variables = Map.copyOf(variables);
    }

    /** Empty when no server was named and none holds the home. */
    public static Optional<Connection> of(Opening opening) {
        var given = opening.connection();
        if (isNamed(given)) {
            return Optional.of(new Connection(given));
        }
        return HomeServer.of(opening.home())
                .running()
                .flatMap(ServerEndpoint::grpc)
                .map(
                        target -> {
                            var variables = new HashMap<>(given);
                            variables.put(TARGET, target);
                            return new Connection(variables);
                        });
    }

    /** Whether a server was named, instead of being found. */
    public static boolean isNamed(Map<String, String> given) {
        return NAMED.stream().anyMatch(name -> !given.getOrDefault(name, "").isBlank());
    }

    /** {@code host:port}, as far as it was named. */
    public String target() {
        return NAMED.stream()
                .map(name -> variables.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse("");
    }
}
