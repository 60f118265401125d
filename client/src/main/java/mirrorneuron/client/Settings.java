package mirrorneuron.client;

import java.time.Duration;
import java.util.Optional;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.RetryPolicy;

/**
 * How calls are made.
 *
 * @param token without scheme
 * @param timeout how long an answer may take, beyond what a call waits for; zero is no limit
 * @param deadline how long a call may take, what it waits for included
 * @param reconnect how long waits and streams look for a server that went away
 * @param traceId for submissions that name none
 */
record Settings(
        String target,
        Optional<String> token,
        Duration timeout,
        Optional<Duration> deadline,
        RetryPolicy retry,
        Duration reconnect,
        boolean strict,
        Optional<String> traceId) {

    Settings with(CallOptions options) {
        return new Settings(
                target,
                options.bearerToken().or(this::token),
                options.deadline().orElse(timeout),
                options.deadline().or(this::deadline),
                retry,
                options.deadline().map(limit -> shorter(limit, reconnect)).orElse(reconnect),
                strict,
                options.traceId().or(this::traceId));
    }

    /** So much of a wait as there is time for. */
    Duration shortened(Duration wait) {
        return deadline.map(limit -> shorter(limit, wait)).orElse(wait);
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Settings[" + target + "]";
    }
}
