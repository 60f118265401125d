package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How calls are made.
 *
 * @param deadline how long a call may take, what it was asked to wait for included; absent = as
 *     long as the connection was configured to wait for an answer, beyond what a call was asked to
 *     wait for
 * @param bearerToken instead of the connection's; absent = the connection's
 * @param traceId the trace that jobs submitted this way belong to, when their options name none
 */
public record CallOptions(
        Optional<Duration> deadline, Optional<String> bearerToken, Optional<String> traceId) {

    private static final CallOptions NONE =
            new CallOptions(Optional.empty(), Optional.empty(), Optional.empty());

    public CallOptions {
        requireNonNull(bearerToken, "bearerToken");
        requireNonNull(traceId, "traceId");
        if (deadline.isPresent() && !deadline.get().isPositive()) {
            throw new InvalidRequestException("deadline: " + deadline.get() + " (expected: > 0)");
        }
    }

    /** Everything as the connection was configured. */
    public static CallOptions none() {
        return NONE;
    }

    public CallOptions withDeadline(Duration value) {
        return new CallOptions(Optional.of(value), bearerToken, traceId);
    }

    public CallOptions withBearerToken(String value) {
        return new CallOptions(deadline, Optional.of(value), traceId);
    }

    public CallOptions withTraceId(String value) {
        return new CallOptions(deadline, bearerToken, Optional.of(value));
    }

    /** These options, and the others where these are absent. */
    public CallOptions or(CallOptions others) {
        return new CallOptions(
                deadline.or(others::deadline),
                bearerToken.or(others::bearerToken),
                traceId.or(others::traceId));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "CallOptions[deadline="
                + deadline
                + ", bearerToken="
                + bearerToken.map(_ -> Redaction.MARK)
                + ", traceId="
                + traceId
                + "]";
    }
}
