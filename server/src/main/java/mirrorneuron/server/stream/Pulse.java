package mirrorneuron.server.stream;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.http.LiveStream;

/**
 * Heartbeats of one stream: a frame whenever nothing was sent for an interval, so that readers can
 * tell a quiet stream from a dead one. Used by one thread.
 */
public final class Pulse {

    private final LiveStream to;
    private final String subject;
    private final String id;
    private final InstantSource clock;
    private final long everyNanos;
    private long sentAt = System.nanoTime();

    /**
     * @param subject {@code job_id} or {@code run_id}
     */
    public Pulse(LiveStream to, String subject, String id, InstantSource clock, Duration interval) {
        this.to = to;
        this.subject = subject;
        this.id = id;
        this.clock = clock;
        var every =
                interval.compareTo(LiveStream.HEARTBEAT_MAX) < 0
                        ? interval
                        : LiveStream.HEARTBEAT_MAX;
        this.everyNanos = every.toNanos();
    }

    /** Something was sent. */
    public void sent() {
        sentAt = System.nanoTime();
    }

    /** How long the writer may wait for something to send. */
    public Duration patience() {
        return Duration.ofNanos(Math.max(1_000_000, sentAt + everyNanos - System.nanoTime()));
    }

    /** Sends a heartbeat when one is due. */
    public void beat() throws IOException {
        if (System.nanoTime() - sentAt >= everyNanos) {
            to.frame(
                    null,
                    "heartbeat",
                    JsonObject.builder()
                            .put("ts", Timestamps.format(clock.instant()))
                            .put(subject, id)
                            .build());
            sent();
        }
    }

    /** The last frame of a stream that ends although its subject goes on. */
    public void error(String why) throws IOException {
        to.frame(null, "error", JsonObject.builder().put(subject, id).put("error", why).build());
    }
}
