package mirrorneuron.server.grpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Tells when a stream has been silent for so long that its reader wants a sign of life. */
public final class Heartbeat {

    /** A reader that asks for more signs than it can read gets fewer. */
    private static final int INTERVAL_MS_MIN = 100;

    /** A stream without signs of life looks up this often. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final long everyNanos;
    private long sentAt = System.nanoTime();

    private Heartbeat(long everyNanos) {
        this.everyNanos = everyNanos;
    }

    /**
     * @param intervalMs not positive = none
     */
    public static Heartbeat every(int intervalMs) {
        return intervalMs <= 0
                ? none()
                : new Heartbeat(
                        TimeUnit.MILLISECONDS.toNanos(Math.max(INTERVAL_MS_MIN, intervalMs)));
    }

    public static Heartbeat none() {
        return new Heartbeat(0);
    }

    /** Something was sent. */
    public void sent() {
        sentAt = System.nanoTime();
    }

    /** How long to wait for something to send. */
    public Duration patience() {
        return everyNanos == 0
                ? NEVER
                : Duration.ofNanos(Math.max(1_000_000, sentAt + everyNanos - System.nanoTime()));
    }

    public boolean isDue() {
        return everyNanos > 0 && System.nanoTime() - sentAt >= everyNanos;
    }
}
