package mirrorneuron.engine.manifest;

/**
 * Reads {@code config.backpressure}. Watermarks that are left out keep their share of the maximum:
 * three quarters and one quarter.
 *
 * @see "runtime contract, section 6.9"
 */
final class Backpressures {

    private static final String CODE = "node.backpressure_invalid";

    private Backpressures() {}

    static Backpressure read(Fields config) {
        var fields = config.fields(CODE, "backpressure");
        var max = fields.whole(CODE, 1, Integer.MAX_VALUE, "max_queue_depth");
        var high = fields.whole(CODE, 0, Integer.MAX_VALUE, "high_watermark");
        var low = fields.whole(CODE, 0, Integer.MAX_VALUE, "low_watermark");
        var retryAfter = fields.whole(CODE, 0, Long.MAX_VALUE, "retry_after_ms");
        long maxDepth = max.orElse(Backpressure.DEFAULT.maxQueueDepth());
        long highMark = high.orElse(share(maxDepth, Backpressure.DEFAULT.highWatermark()));
        long lowMark =
                low.orElse(
                        Math.min(share(maxDepth, Backpressure.DEFAULT.lowWatermark()), highMark));
        if (highMark > maxDepth || lowMark > highMark) {
            fields.findings()
                    .wrong(
                            CODE,
                            fields.place(),
                            fields.json(),
                            "low_watermark <= high_watermark <= max_queue_depth",
                            "The maximum is " + maxDepth + " where it is not given.");
            return Backpressure.DEFAULT;
        }
        return new Backpressure(
                (int) maxDepth,
                (int) highMark,
                (int) lowMark,
                retryAfter.orElse(Backpressure.DEFAULT.retryAfterMs()));
    }

    private static long share(long max, long percent) {
        return max * percent / 100;
    }
}
