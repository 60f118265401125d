package mirrorneuron.server.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * @param port 0 = any free one
 * @param token what callers must bring; empty = everybody may call
 * @param bodyBytesMax larger request bodies are refused
 * @param requestTimeout how long the head of a request may take to arrive, and its body beside a
 *     second for each 4,096 bytes of it
 * @param corsOrigins origins of web pages that may call; {@code *} = any
 * @param stopGrace how long a stop waits for requests that run
 */
public record HttpSettings(
        String host,
        int port,
        Optional<String> token,
        long bodyBytesMax,
        Duration requestTimeout,
        List<String> corsOrigins,
        Duration stopGrace) {

    public HttpSettings {
        requireNonNull(host, "host");
        requireNonNull(token, "token");
        requireNonNull(requestTimeout, "requestTimeout");
        corsOrigins = List.copyOf(corsOrigins);
        requireNonNull(stopGrace, "stopGrace");
    }

    @Override
    public String toString() {
        return "HttpSettings[" + host + ":" + port + (token.isPresent() ? ", token" : "") + "]";
    }
}
