package mirrorneuron.server.grpc;

import io.grpc.Status;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import mirrorneuron.store.Histogram;

/**
 * Counts calls. Only methods that exist get here, so a caller cannot make up new rows. Safe from
 * any thread.
 */
public final class CallMeter {

    private final Map<Row, LongAdder> calls = new ConcurrentHashMap<>();
    private final Map<String, Histogram> durations = new ConcurrentHashMap<>();
    private final LongAdder openStreams = new LongAdder();

    /**
     * Calls that are told apart.
     *
     * @param method service and name, as in {@code mirrorneuron.job.v1.JobService/GetJob}
     */
    public record Row(String method, Status.Code status) {}

    void ended(String method, Status.Code status) {
        calls.computeIfAbsent(new Row(method, status), _ -> new LongAdder()).increment();
    }

    /** Of a call with one answer; a stream lasts as long as its reader likes. */
    void took(String method, long nanos) {
        durations.computeIfAbsent(method, _ -> new Histogram(Histogram.REQUESTS)).record(nanos);
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

    /** How many calls of each method ended with each status, in a fixed order. */
    public List<Map.Entry<Row, Long>> calls() {
        return calls.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().sum()))
                .sorted(
                        Comparator.comparing(
                                        (Map.Entry<Row, Long> entry) -> entry.getKey().method())
                                .thenComparing(entry -> entry.getKey().status()))
                .toList();
    }

    /** How long calls of each method took, in a fixed order. */
    public List<Map.Entry<String, Histogram.Reading>> durations() {
        return durations.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().read()))
                .sorted(Map.Entry.comparingByKey())
                .toList();
    }
}
