package mirrorneuron.server.http;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import mirrorneuron.store.Histogram;

/**
 * Counts requests. Routes are told apart by their templates, so a caller cannot make up new rows.
 * Safe from any thread.
 */
public final class HttpMeter {

    /** Stands for the route where there was none. */
    static final String NO_ROUTE = "none";

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Map<Row, LongAdder> requests = new ConcurrentHashMap<>();
    private final Map<Kind, Histogram> durations = new ConcurrentHashMap<>();
    private final LongAdder openStreams = new LongAdder();

    /** Requests that are told apart, and how they ended. */
    public record Row(Kind kind, int status) {}

    /**
     * @param route template below the base; {@code none} = no route was found
     */
    public record Kind(String method, String route) {}

    void answered(Exchange exchange) {
        var kind =
                new Kind(
                        METHODS.contains(exchange.method()) ? exchange.method() : "other",
                        exchange.route().orElse(NO_ROUTE));
        requests.computeIfAbsent(new Row(kind, exchange.status()), _ -> new LongAdder())
                .increment();
        // A stream lasts as long as its reader likes, which says nothing of the server.
        if (!exchange.live()) {
            durations
                    .computeIfAbsent(kind, _ -> new Histogram(Histogram.REQUESTS))
                    .record(exchange.durationNanos());
        }
    }

    void streamOpened() {
        openStreams.increment();
    }

    void streamClosed() {
        openStreams.decrement();
    }

    public long openStreams() {
        return openStreams.sum();
    }

    /** How many requests of each kind ended with each status, in a fixed order. */
    public List<Map.Entry<Row, Long>> requests() {
        return requests.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().sum()))
                .sorted(
                        Comparator.comparing(
                                        (Map.Entry<Row, Long> entry) ->
                                                entry.getKey().kind().route())
                                .thenComparing(entry -> entry.getKey().kind().method())
                                .thenComparing(entry -> entry.getKey().status()))
                .toList();
    }

    /** How long requests of each kind took, in a fixed order. */
    public List<Map.Entry<Kind, Histogram.Reading>> durations() {
        return durations.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().read()))
                .sorted(
                        Comparator.comparing(
                                        (Map.Entry<Kind, Histogram.Reading> entry) ->
                                                entry.getKey().route())
                                .thenComparing(entry -> entry.getKey().method()))
                .toList();
    }
}
