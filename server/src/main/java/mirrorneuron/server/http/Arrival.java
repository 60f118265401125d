package mirrorneuron.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import mirrorneuron.api.ErrorCode;

/**
 * How long a request takes to arrive. A client that sends a byte now and then would keep its
 * connection for ever otherwise, because each of them is in time for the next one.
 *
 * <p>A head has the limit, from its first byte on. A body has the limit and a second more for each
 * {@value #BYTES_PER_SECOND_MIN} bytes that came, so that large uploads over slow lines end well.
 * What still comes of a body whose answer is out counts as the next head. Used by the thread of its
 * connection.
 */
final class Arrival {

    /** The connection whose thread this is. */
    static final ScopedValue<Arrival> CURRENT = ScopedValue.newInstance();

    /** 32 kbit/s: slower than any line that people upload over. */
    private static final int BYTES_PER_SECOND_MIN = 4 << 10;

    private final Duration limit;
    private final LongSupplier nanos;
    private boolean inBody;
    private boolean begun;
    private long since;
    private long bytes;

    /**
     * @param nanos a monotonic clock
     */
    Arrival(Duration limit, LongSupplier nanos) {
        this.limit = limit;
        this.nanos = nanos;
    }

    /** Between two requests nothing is late; a part of one that came with the last one may be. */
    void waiting(boolean hasPart) {
        if (hasPart) {
            begin();
        }
    }

    /**
     * More of the request is here.
     *
     * @throws HttpFailure when that took too long
     */
    void came(int count) {
        begin();
        bytes += count;
        long taken = nanos.getAsLong() - since;
        long seconds = inBody ? bytes / BYTES_PER_SECOND_MIN : 0;
        long allowed = limit.toNanos() + TimeUnit.SECONDS.toNanos(seconds);
        if (taken > allowed) {
            throw late();
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            since = nanos.getAsLong();
        }
    }

    /** The head is complete, so that the body begins. */
    void headIsRead() {
        inBody = true;
        begun = false;
        bytes = 0;
        begin();
    }

    /** The answer is out. */
    void answered() {
        inBody = false;
        begun = false;
        bytes = 0;
    }

    boolean inBody() {
        return inBody;
    }

    private HttpFailure late() {
        return inBody
                ? late(
                        "body",
                        limit,
                        " and a second for each " + BYTES_PER_SECOND_MIN + " bytes of it")
                : headIsLate(limit);
    }

    /** What a client hears whose head takes longer than that. */
    static HttpFailure headIsLate(Duration limit) {
        return late("head", limit, "");
    }

    private static HttpFailure late(String part, Duration limit, String more) {
        return HttpFailure.of(
                        ErrorCode.REQUEST_TIMEOUT,
                        "Expected the "
                                + part
                                + " of the request within "
                                + limit.toMillis() / 1_000.0
                                + " s"
                                + more
                                + ", but it took longer")
                .withHeader("Connection", "close");
    }
}
