package mirrorneuron.server.config;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * Where spans are sent.
 *
 * @param endpoint the collector's address, without the path of traces and without a slash at the
 *     end
 * @param headers sent along, such as a key
 * @param service what collectors call this server
 */
public record TraceSettings(String endpoint, Map<String, String> headers, String service) {

    public TraceSettings {
        requireNonNull(endpoint, "endpoint");
        headers = Map.copyOf(headers);
        requireNonNull(service, "service");
    }

    /** Headers may hold keys. */
    @Override
    public String toString() {
        return "TraceSettings[" + endpoint + ", " + headers.size() + " headers, " + service + "]";
    }
}
