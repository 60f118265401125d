package mirrorneuron.server.trace;

import java.util.concurrent.atomic.LongAdder;

/** Counts spans. Safe from any thread. */
public final class SpanMeter {

    private final LongAdder sent = new LongAdder();
    private final LongAdder lost = new LongAdder();

    void sent(int spans) {
        sent.add(spans);
    }

    void lost(int spans) {
        lost.add(spans);
    }

    /** Spans that the collector took. */
    public long sent() {
        return sent.sum();
    }

    /** Spans that it did not take. */
    public long lost() {
        return lost.sum();
    }
}
