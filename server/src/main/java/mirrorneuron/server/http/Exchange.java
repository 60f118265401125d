package mirrorneuron.server.http;

import java.util.Map;
import java.util.Optional;

/**
 * A request and what became of it.
 *
 * @param path as it was sent, without the query
 * @param route the template of the route that answered; empty when there was none
 * @param ids of what it was about, by their names in the log; the request's own is always there
 * @param remote address of the caller; empty when it is not known
 * @param status what was sent
 * @param bytes of the body that were sent
 * @param live whether the answer was a live stream; then the duration is that of the stream
 */
record Exchange(
        String method,
        String path,
        Optional<String> route,
        Map<String, String> ids,
        String remote,
        int status,
        long bytes,
        long durationNanos,
        boolean live) {

    Exchange {
        ids = Map.copyOf(ids);
    }

    /** One that could not be read as a request; what it asked for may be unknown. */
    static Exchange unreadable(
            String method, String path, String requestId, String remote, int status, long bytes) {
        return new Exchange(
                method,
                path,
                Optional.empty(),
                Map.of("request_id", requestId),
                remote,
                status,
                bytes,
                0,
                false);
    }
}
