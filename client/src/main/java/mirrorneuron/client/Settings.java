package mirrorneuron.client;

import java.time.Duration;
import java.util.Optional;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.RetryPolicy;

/**
 * How calls are made.
 *
 * @param token without scheme
 * @param timeout how long an answer may take; zero is no limit
 * @param reconnect how long waits and streams look for a server that went away
 * @param traceId for submissions that name none
 */
record Settings(
        String target,
        Optional<String> token,
        Duration timeout,
        RetryPolicy retry,
        Duration reconnect,
        boolean strict,
        Optional<String> traceId) {

    Settings with(CallOptions options) {
        return new Settings(
                target,
                options.bearerToken().or(this::token),
                options.deadline().orElse(timeout),
                retry,
                reconnect,
                strict,
                options.traceId().or(this::traceId));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Settings[" + target + "]";
    }
}
