package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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

    /** The events as they come, until the stream ends; closing it closes this stream. */
    default Stream<RuntimeEvent> stream() {
        return StreamSupport.stream(spliterator(), false).onClose(this::close);
    }

    /**
     * Gives each event to the consumer, on a virtual thread of its own, and closes the stream at
     * its end.
     *
     * @return why the stream ended; fails with what the consumer throws, which ends it too
     */
    default CompletableFuture<EndReason> forEachAsync(Consumer<? super RuntimeEvent> consumer) {
        requireNonNull(consumer, "consumer");
        return new Async<>(this)
                .call(
                        events -> {
                            try (events) {
                                events.forEach(consumer);
                                return events.endReason();
                            }
                        });
    }

    /** The events for one subscriber, read as far as it wants them. */
    default Flow.Publisher<RuntimeEvent> publisher() {
        return new EventPublisher(this);
    }

    /** Why a stream has ended. */
    enum EndReason {
        /** It has not. */
        OPEN,
        /** The job's last event came, or had come before. */
        TERMINAL_EVENT,
        /** Somebody closed it. */
        CLOSED,
        /** Everything that was asked for came, and no more was asked for. */
        SERVER_ENDED,
        /** It broke off; who follows again after the last event goes on where it was. */
        ERROR
    }
}
