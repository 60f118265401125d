package mirrorneuron.runtime.worker;

import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;

/**
 * Hears of one attempt, in order, on the attempt's own thread. A listener that blocks slows the
 * command down, as it should.
 */
public interface WorkerListener {

    /** A JSON line that the command printed while it runs. */
    void onProgress(StructuredResult increment);

    /** A sign of life, already in the {@code mn.agent.beacon.v1} shape. */
    void onBeacon(JsonObject beacon);

    /**
     * What the command uses now: {@code component, cpu_pct, memory_rss_mb, processes}; the last one
     * of an attempt is about all of it and says {@code final}.
     */
    default void onSample(JsonObject sample) {}

    /** The last call of an attempt; it comes exactly once. */
    void onFinished(WorkerOutcome outcome);
}
