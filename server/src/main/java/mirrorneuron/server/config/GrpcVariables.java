package mirrorneuron.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import mirrorneuron.server.config.ServerSettings.Mode;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.grpc.GrpcSettings.Access;
import mirrorneuron.server.grpc.GrpcSettings.Tls;

/** Reads the settings of gRPC. */
final class GrpcVariables {

    /** Callers are told to come again; they do not wait for a server that takes longer. */
    private static final Duration STOP_GRACE_MAX = Duration.ofSeconds(10);

    private GrpcVariables() {}

    static GrpcSettings read(Values values, Mode mode, Duration stopGrace)
            throws ConfigurationException {
        var host = values.text(Variable.MN_GRPC_BIND_HOST);
        var operator = token(values, Variable.MN_GRPC_AUTH_TOKEN_FILE, Variable.MN_GRPC_AUTH_TOKEN);
        var admin =
                token(
                        values,
                        Variable.MN_GRPC_ADMIN_TOKEN_FILE,
                        Variable.MN_GRPC_ADMIN_TOKEN,
                        Variable.MN_MIRROR_NEURON_GRPC_ADMIN_TOKEN);
        int second = port(values, Variable.MN_GRPC_SECOND_PORT);
        return new GrpcSettings(
                host,
                port(values, Variable.MN_GRPC_PORT),
                second == 0 ? OptionalInt.empty() : OptionalInt.of(second),
                access(values, mode, host, operator.isPresent()),
                operator,
                admin,
                tls(values),
                (int)
                        values.number(
                                Variable.MN_GRPC_MAX_MESSAGE_BYTES,
                                1,
                                Integer.MAX_VALUE,
                                "a number of bytes from 1 to 2147483647"),
                reflection(values, mode),
                stopGrace.compareTo(STOP_GRACE_MAX) < 0 ? stopGrace : STOP_GRACE_MAX);
    }

    private static int port(Values values, Variable variable) throws ConfigurationException {
        return (int) values.number(variable, 0, 65_535, "a port from 0 to 65535");
    }

    private static Optional<String> token(Values values, Variable file, Variable... texts)
            throws ConfigurationException {
        if (values.set(file).isPresent()) {
            var path = values.path(file);
            try {
                var text = Files.readString(path, StandardCharsets.UTF_8).strip();
                if (!text.isEmpty()) {
                    return Optional.of(text);
                }
            } catch (IOException unreadable) {
                throw new ConfigurationException(
                        file + ": it cannot be read (expected: a file with a token)");
            }
        }
        return Stream.of(texts).flatMap(text -> values.set(text).stream()).findFirst();
    }

    /** Which calls ask for the token, once everything that decides it is known. */
    private static Access access(Values values, Mode mode, String host, boolean token)
            throws ConfigurationException {
        var word = values.text(Variable.MN_GRPC_AUTH_MODE);
        boolean prod = mode == Mode.PROD;
        if (prod && !token) {
            throw new ConfigurationException(
                    "MN_GRPC_AUTH_TOKEN: not set (expected: a token, because MN_ENV is prod)");
        }
        return switch (word) {
            case "auto" -> {
                if (prod) {
                    yield Access.ALL;
                }
                yield token || !isLoopback(host) ? Access.OPERATOR : Access.OPEN;
            }
            case "operator" -> Access.OPERATOR;
            case "all" -> Access.ALL;
            case "open" -> {
                if (prod) {
                    throw ConfigurationException.of(
                            Variable.MN_GRPC_AUTH_MODE,
                            word,
                            "auto, operator or all, because MN_ENV is prod");
                }
                yield Access.OPEN;
            }
            default ->
                    throw ConfigurationException.of(
                            Variable.MN_GRPC_AUTH_MODE, word, "auto, operator, all or open");
        };
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            // It cannot be bound either, and then that is what is said.
            return false;
        }
    }

    private static Optional<Tls> tls(Values values) throws ConfigurationException {
        boolean certificate = values.set(Variable.MN_GRPC_TLS_CERT).isPresent();
        boolean key = values.set(Variable.MN_GRPC_TLS_KEY).isPresent();
        if (certificate != key) {
            var missing = certificate ? Variable.MN_GRPC_TLS_KEY : Variable.MN_GRPC_TLS_CERT;
            throw new ConfigurationException(
                    missing + ": not set (expected: a file, because the other one is set)");
        }
        return certificate
                ? Optional.of(
                        new Tls(
                                readable(values, Variable.MN_GRPC_TLS_CERT),
                                readable(values, Variable.MN_GRPC_TLS_KEY)))
                : Optional.empty();
    }

    private static Path readable(Values values, Variable variable) throws ConfigurationException {
        var path = values.path(variable);
        if (!Files.isReadable(path)) {
            throw new ConfigurationException(
                    variable + ": it cannot be read (expected: a PEM file)");
        }
        return path;
    }

    private static boolean reflection(Values values, Mode mode) throws ConfigurationException {
        var word = values.text(Variable.MN_GRPC_REFLECTION);
        return switch (word) {
            case "" -> mode != Mode.PROD;
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw ConfigurationException.of(
                            Variable.MN_GRPC_REFLECTION, word, "true or false");
        };
    }
}
