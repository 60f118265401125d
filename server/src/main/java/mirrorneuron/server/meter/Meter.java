package mirrorneuron.server.meter;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import mirrorneuron.store.Histogram;

/**
 * How often things of each kind were answered and how they ended, how long they took, and how many
 * streams are open. Kinds have to be few: nothing is ever forgotten. Safe from any thread.
 *
 * @param <K> what is told apart
 * @param <S> how it ended
 */
public final class Meter<K, S extends Comparable<? super S>> {

    private final Comparator<? super K> order;
    private final Map<Row<K, S>, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<K, Histogram> durations = new ConcurrentHashMap<>();
    private final LongAdder openStreams = new LongAdder();

    public record Row<K, S>(K kind, S status) {}

    /**
     * @param order in which kinds are read
     */
    public Meter(Comparator<? super K> order) {
        this.order = order;
    }

    public void ended(K kind, S status) {
        counts.computeIfAbsent(new Row<>(kind, status), _ -> new LongAdder()).increment();
    }

    /**
     * Not of a stream, which lasts as long as its reader likes: that says nothing of the server.
     */
    public void took(K kind, long nanos) {
        durations.computeIfAbsent(kind, _ -> new Histogram(Histogram.REQUESTS)).record(nanos);
    }

    public void streamOpened() {
        openStreams.increment();
    }

    public void streamClosed() {
        openStreams.decrement();
    }

    public long openStreams() {
        return openStreams.sum();
    }

    /** How often each kind ended with each status, in a fixed order. */
    public List<Map.Entry<Row<K, S>, Long>> counts() {
        return counts.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().sum()))
                .sorted(
                        Map.Entry.comparingByKey(
                                Comparator.comparing((Row<K, S> row) -> row.kind(), order)
                                        .thenComparing(Row::status)))
                .toList();
    }

    /** How long each kind took, in a fixed order. */
    public List<Map.Entry<K, Histogram.Reading>> durations() {
        return durations.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().read()))
                .sorted(Map.Entry.comparingByKey(order))
                .toList();
    }
}
