package mirrorneuron.server.http;

import java.util.Comparator;
import java.util.Set;
import mirrorneuron.server.meter.Meter;

/**
 * Counts requests. Routes are told apart by their templates, so a caller cannot make up new rows.
 * Safe from any thread.
 */
public final class HttpMeter {

    /** Stands for the route where there was none. */
    static final String NO_ROUTE = "none";

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Meter<Kind, Integer> meter =
            new Meter<>(Comparator.comparing(Kind::route).thenComparing(Kind::method));

    /**
     * @param route template below the base; {@code none} = no route was found
     */
    public record Kind(String method, String route) {}

    void answered(Exchange exchange) {
        var kind =
                new Kind(
                        METHODS.contains(exchange.method()) ? exchange.method() : "other",
                        exchange.route().orElse(NO_ROUTE));
        meter.ended(kind, exchange.status());
        if (!exchange.live()) {
            meter.took(kind, exchange.durationNanos());
        }
    }

    void streamOpened() {
        meter.streamOpened();
    }

    void streamClosed() {
        meter.streamClosed();
    }

    /** What was counted, by kind and status of HTTP. */
    public Meter<Kind, Integer> counted() {
        return meter;
    }
}
