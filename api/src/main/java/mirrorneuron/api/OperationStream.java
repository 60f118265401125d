package mirrorneuron.api;

import java.time.Duration;
import java.util.Optional;
import mirrorneuron.api.EventStream.EndReason;

/**
 * An operation's events in order: no gap, no repeat. It ends by itself after the last one. One
 * thread reads; any thread may close.
 */
public interface OperationStream extends AutoCloseable {

    /**
     * The next event, or empty when none came in time or the stream has ended; {@link #endReason()}
     * tells which.
     */
    Optional<OperationEvent> next(Duration timeout) throws InterruptedException;

    EndReason endReason();

    @Override
    void close();
}
