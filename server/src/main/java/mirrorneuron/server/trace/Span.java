package mirrorneuron.server.trace;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A piece of work that has ended.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param parentId 16 hexadecimal digits; empty = the trace begins here
 * @param name the same for all work of its kind
 * @param failure what went wrong; empty = nothing did
 * @param attributes texts
 */
record Span(
        String traceId,
        String spanId,
        Optional<String> parentId,
        String name,
        Instant start,
        Instant end,
        Optional<String> failure,
        Map<String, String> attributes) {

    Span {
        requireNonNull(traceId, "traceId");
        requireNonNull(spanId, "spanId");
        requireNonNull(parentId, "parentId");
        requireNonNull(name, "name");
        requireNonNull(start, "start");
        requireNonNull(end, "end");
        requireNonNull(failure, "failure");
        attributes = Map.copyOf(attributes);
    }
}
