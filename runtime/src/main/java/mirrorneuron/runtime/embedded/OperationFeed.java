package mirrorneuron.runtime.embedded;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.OperationEvent;
import mirrorneuron.api.OperationId;
import mirrorneuron.api.OperationStream;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.runtime.operation.OperationDesk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operation's events, read from a cursor. */
final class OperationFeed implements OperationStream {

    private static final Logger LOG = LoggerFactory.getLogger(OperationFeed.class);

    /** How soon an operation is looked at again that nobody carries out here. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final OperationDesk desk;
    private final OperationId id;
    private final Duration waitMax; // for one event
    private final Deque<OperationEvent> ahead = new ArrayDeque<>();
    private long cursor;
    private final StreamEnd end = new StreamEnd();

    private OperationFeed(OperationDesk desk, OperationId id, long after, Duration waitMax) {
        this.desk = desk;
        this.waitMax = waitMax;
        this.id = id;
        this.cursor = after;
    }

    /**
     * @throws NoSuchEntityException when there is no such operation
     */
    static OperationFeed open(OperationDesk desk, OperationId id, long after) {
        var feed = new OperationFeed(desk, id, after, Deadline.ofEach());
        feed.readAhead();
        return feed;
    }

    private void readAhead() {
        desk.eventsAfter(id.value(), cursor).stream()
                .map(OperationEvent::fromJson)
                .forEach(ahead::add);
    }

    @Override
    public Optional<OperationEvent> next(Duration timeout) throws InterruptedException {
        try {
            var wait = Deadline.shorter(timeout, waitMax);
            return next(System.nanoTime(), EmbeddedJobs.nanos(wait));
        } catch (NoSuchEntityException | RuntimeUnavailableException gone) {
            // Most often the runtime was closed under a reader, who has nothing to do about it.
            LOG.debug("operation {}: its event stream ends: {}", id, gone.getMessage());
            end.with(EndReason.ERROR);
            return Optional.empty();
        }
    }

    private Optional<OperationEvent> next(long began, long timeoutNanos)
            throws InterruptedException {
        while (end.isOpen()) {
            if (ahead.isEmpty()) {
                readAhead();
            }
            var event = ahead.poll();
            if (event != null) {
                cursor = event.sequence();
                if (event.terminal()) {
                    end.with(EndReason.TERMINAL_EVENT);
                }
                return Optional.of(event);
            }
            if (desk.isRead(id.value(), cursor)) {
                // Followed from behind its last event.
                end.with(EndReason.TERMINAL_EVENT);
                return Optional.empty();
            }
            long left = timeoutNanos - (System.nanoTime() - began);
            if (left <= 0) {
                return Optional.empty();
            }
            var unused =
                    desk.awaitAfter(
                            id.value(),
                            cursor,
                            Duration.ofNanos(Math.min(left, LOOK_AGAIN_NANOS)),
                            () -> !end.isOpen());
        }
        return Optional.empty();
    }

    @Override
    public EndReason endReason() {
        return end.reason();
    }

    @Override
    public void close() {
        end.with(EndReason.CLOSED);
        desk.wakeReaders(id.value());
    }
}
