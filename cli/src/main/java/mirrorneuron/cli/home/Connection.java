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
    public static final String TOKEN = "MN_GRPC_AUTH_TOKEN";
    public static final String TLS = "MN_GRPC_TLS";
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
        if (isNamedIn(given)) {
            return Optional.of(new Connection(given));
        }
        return HomeServer.of(opening.home()).running().flatMap(server -> to(server, given));
    }

    /** The same, or the server that held the home until it was killed: whom a failed call asked. */
    public static Optional<Connection> asked(Opening opening) {
        return of(opening)
                .or(
                        () ->
                                HomeServer.of(opening.home())
                                                instanceof HomeServer.Gone(var endpoint)
                                        ? to(endpoint, opening.connection())
                                        : Optional.empty());
    }

    private static Optional<Connection> to(ServerEndpoint server, Map<String, String> given) {
        return server.grpc()
                .map(
                        target -> {
                            var variables = new HashMap<>(given);
                            variables.put(TARGET, target);
                            return new Connection(variables);
                        });
    }

    /** Whether the variables name a server. */
    public static boolean isNamedIn(Map<String, String> variables) {
        return NAMED.stream().anyMatch(name -> !variables.getOrDefault(name, "").isBlank());
    }

    /** The variables without any that name a server, or how to be let in there. */
    public static Map<String, String> unnamed(Map<String, String> variables) {
        var left = new HashMap<>(variables);
        NAMED.forEach(left::remove);
        List.of(TOKEN, TOKEN_FILE, TLS).forEach(left::remove);
        return left;
    }

    /** Whether nothing is encrypted, so that nobody has to be trusted. */
    boolean isPlain() {
        var tls = variables.getOrDefault(TLS, "").strip();
        return tls.isEmpty() || tls.equals("false");
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
