package mirrorneuron.engine.manifest;

/** When a mailbox counts as under pressure, in messages. */
public record Backpressure(
        int maxQueueDepth, int highWatermark, int lowWatermark, long retryAfterMs) {

    public static final Backpressure DEFAULT = new Backpressure(100, 75, 25, 250);

    public Backpressure {
        if (maxQueueDepth < 1
                || highWatermark > maxQueueDepth
                || lowWatermark > highWatermark
                || lowWatermark < 0) {
            throw new IllegalArgumentException(
                    "backpressure: low "
                            + lowWatermark
                            + ", high "
                            + highWatermark
                            + ", max "
                            + maxQueueDepth
                            + " (expected: 0 <= low <= high <= max, max >= 1)");
        }
    }
}
