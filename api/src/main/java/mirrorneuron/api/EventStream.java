package mirrorneuron.api;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job's events in order: no gap, no repeat. It ends by itself after the job's last event. One
 * thread reads; any thread may close.
 */
public interface EventStream extends Iterable<RuntimeEvent>, AutoCloseable {

    /**
     * The next event, or empty when none came in time or the stream has ended; {@link #endReason()}
     * tells which.
     */
    Optional<RuntimeEvent> next(Duration timeout) throws InterruptedException;

    EndReason endReason();

    @Override
    void close();

    /**
     * Blocks for each event until the stream ends. An interrupt closes the stream and keeps the
     * thread's flag.
     */
    @Override
    default Iterator<RuntimeEvent> iterator() {
        return new Iterator<>() {
            private @Nullable RuntimeEvent ahead;

            @Override
            public boolean hasNext() {
                while (ahead == null && endReason() == EndReason.OPEN) {
                    try {
                        ahead = EventStream.this.next(Duration.ofMinutes(1)).orElse(null);
                    } catch (InterruptedException interrupt) {
                        Thread.currentThread().interrupt();
                        close();
                    }
                }
                return ahead != null;
            }

            @Override
            public RuntimeEvent next() {
                if (!hasNext() || ahead == null) {
                    throw new NoSuchElementException();
                }
                var event = ahead;
                ahead = null;
                return event;
            }
        };
    }

    enum EndReason {
        OPEN,
        TERMINAL_EVENT,
        CLOSED,
        ERROR
    }
}
