package mirrorneuron.server.grpc;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * @param port 0 = any free one
 * @param secondPort where the same is served too, if it is free
 * @param operatorToken what callers must bring where {@code access} asks for it
 * @param adminToken what clearing jobs takes in place of the operator's token
 * @param tls empty = plain text
 * @param messageBytesMax larger messages are refused
 * @param stopGrace how long a stop waits for calls that run
 */
public record GrpcSettings(
        String host,
        int port,
        OptionalInt secondPort,
        Access access,
        Optional<String> operatorToken,
        Optional<String> adminToken,
        Optional<Tls> tls,
        int messageBytesMax,
        boolean reflection,
        Duration stopGrace) {

    public GrpcSettings {
        requireNonNull(host, "host");
        requireNonNull(secondPort, "secondPort");
        requireNonNull(access, "access");
        requireNonNull(operatorToken, "operatorToken");
        requireNonNull(adminToken, "adminToken");
        requireNonNull(tls, "tls");
        requireNonNull(stopGrace, "stopGrace");
    }

    /** Which calls ask for the token. */
    public enum Access {
        /** None. */
        OPEN,
        /** Those of an operator; without a token nobody is let in there. */
        OPERATOR,
        /** All but health and reflection. */
        ALL
    }

    /** Files in PEM form; the key in PKCS 8. */
    public record Tls(Path certificate, Path key) {
        public Tls {
            requireNonNull(certificate, "certificate");
            requireNonNull(key, "key");
        }
    }

    @Override
    public String toString() {
        return "GrpcSettings["
                + host
                + ":"
                + port
                + ", access "
                + access
                + (operatorToken.isPresent() ? ", token" : "")
                + (tls.isPresent() ? ", TLS" : "")
                + "]";
    }
}
