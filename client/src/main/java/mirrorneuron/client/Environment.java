package mirrorneuron.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.TlsOptions;

/** A connection as variables describe it. */
final class Environment {

    private static final int PORT = 55051;

    private Environment() {}

    static Builder builder(Map<String, String> variables) {
        var builder = new Builder(target(variables));
        var tokenFile = text(variables, "MN_GRPC_AUTH_TOKEN_FILE");
        if (tokenFile.isPresent()) {
            builder.tokenFile(Path.of(tokenFile.get()));
        } else {
            text(variables, "MN_GRPC_AUTH_TOKEN").ifPresent(builder::token);
        }
        var timeout = variables.get("MN_GRPC_TIMEOUT_SECONDS");
        if (timeout != null) {
            builder.timeout(timeout(timeout.strip()));
        }
        text(variables, "MN_GRPC_TLS").flatMap(Environment::tls).ifPresent(builder::tls);
        return builder;
    }

    /** {@code true} trusts whom the platform trusts, a path the certificates in that file. */
    private static Optional<TlsOptions> tls(String text) {
        return switch (text) {
            case "false" -> Optional.empty();
            case "true" -> Optional.of(TlsOptions.platform());
            default -> Optional.of(TlsOptions.trusting(Path.of(text)));
        };
    }

    private static String target(Map<String, String> variables) {
        return Stream.of("MN_GRPC_TARGET", "MN_CORE_GRPC_TARGET")
                .flatMap(name -> text(variables, name).stream())
                .findFirst()
                .orElseGet(() -> text(variables, "MN_CORE_HOST").orElse("localhost") + ":" + PORT);
    }

    /** An empty one, 0 and {@code none} are no limit. */
    private static Duration timeout(String text) {
        if (text.isEmpty() || text.equals("none")) {
            return Duration.ZERO;
        }
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0 && seconds <= Integer.MAX_VALUE) {
                return Duration.ofMillis(Math.round(seconds * 1_000));
            }
        } catch (NumberFormatException malformed) {
            throw unusable(text);
        }
        throw unusable(text);
    }

    private static InvalidRequestException unusable(String text) {
        return new InvalidRequestException(
                "MN_GRPC_TIMEOUT_SECONDS: \""
                        + text
                        + "\" (expected: seconds, or none for no limit)");
    }

    private static Optional<String> text(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }
}
