package mirrorneuron.server.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which web pages may call, and what their browsers are told. */
final class CrossOrigin {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final Set<String> allowed;

    CrossOrigin(List<String> origins) {
        this.allowed = Set.copyOf(origins);
    }

    /** Headers for an answer to a page of this origin; empty when it is not listed. */
    Map<String, String> headers(Optional<String> origin) {
        var headers = new LinkedHashMap<String, String>();
        if (!allowed.isEmpty()) {
            headers.put("Vary", "Origin");
        }
        if (origin.isEmpty()) {
            return headers;
        }
        if (allowed.contains(origin.get())) {
            headers.put("Access-Control-Allow-Origin", origin.get());
            headers.put("Access-Control-Allow-Credentials", "true");
        } else if (allowed.contains("*")) {
            headers.put("Access-Control-Allow-Origin", "*");
        }
        if (headers.containsKey("Access-Control-Allow-Origin")) {
            headers.put(
                    "Access-Control-Expose-Headers",
                    "X-Request-ID, Location, ETag, Idempotency-Replayed");
        }
        return headers;
    }

    /** Headers for the question that a browser asks before a call. */
    Map<String, String> preflight(Optional<String> origin, Optional<String> requestedHeaders) {
        var headers = new LinkedHashMap<>(headers(origin));
        if (headers.containsKey("Access-Control-Allow-Origin")) {
            headers.put("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
            requestedHeaders.ifPresent(names -> headers.put("Access-Control-Allow-Headers", names));
            headers.put("Access-Control-Max-Age", "600");
        }
        return headers;
    }

    /**
     * True for a change that a browser sends on behalf of a page that is not listed. Browsers send
     * such calls without asking when they look simple enough, and without a token nothing else
     * would stop them.
     */
    boolean isForeign(String method, Optional<String> origin, Optional<String> fetchSite) {
        return !READING.contains(method)
                && fetchSite.filter("cross-site"::equals).isPresent()
                && !allowed.contains("*")
                && origin.filter(allowed::contains).isEmpty();
    }
}
