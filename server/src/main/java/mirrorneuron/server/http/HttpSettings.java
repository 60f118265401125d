package mirrorneuron.server.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * @param port 0 = any free one
 * @param token what callers must bring; empty = everybody may call
 * @param bodyBytesMax larger request bodies are refused
 * @param corsOrigins origins of web pages that may call; {@code *} = any
 * @param stopGrace how long a stop waits for requests that run
 */
public record HttpSettings(
        String host,
        int port,
        Optional<String> token,
        long bodyBytesMax,
        List<String> corsOrigins,
        Duration stopGrace) {

    public HttpSettings {
        requireNonNull(host, "host");
        requireNonNull(token, "token");
        corsOrigins = List.copyOf(corsOrigins);
        requireNonNull(stopGrace, "stopGrace");
    }

    @Override
    public String toString() {
        return "HttpSettings[" + host + ":" + port + (token.isPresent() ? ", token" : "") + "]";
    }
}
