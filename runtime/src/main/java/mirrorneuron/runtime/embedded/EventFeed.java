package mirrorneuron.runtime.embedded;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.runtime.job.JobActor;
import mirrorneuron.runtime.job.LocalJobs;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job's log read from a cursor: what is recorded first, then what becomes durable. There is one
 * source, the store, so there is no seam between old and new events at which one could be missed or
 * repeated.
 */
final class EventFeed implements EventStream {

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);

    private static final int PAGE = 1_000;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final JobId job;
    private final Store store;
    private final LocalJobs live;
    private final Duration waitMax;
    private final Deque<RuntimeEvent> ahead = new ArrayDeque<>();
    private long cursor;
    private final StreamEnd end = new StreamEnd();

    /**
     * @param waitMax how long one event is waited for at most
     */
    EventFeed(JobId job, long after, Store store, LocalJobs live, Duration waitMax) {
        this.job = job;
        this.cursor = after;
        this.store = store;
        this.live = live;
        this.waitMax = waitMax;
    }

    @Override
    public Optional<RuntimeEvent> next(Duration timeout) throws InterruptedException {
        var wait = Deadline.shorter(timeout, waitMax);
        long deadline = System.nanoTime() + EmbeddedJobs.nanos(wait);
        try {
            return next(deadline);
        } catch (StoreException gone) {
            // Most often the runtime was closed under a reader, who has nothing to do about it.
            LOG.debug("job {}: its event stream ends: {}", job, gone.getMessage());
            end.with(EndReason.ERROR);
            return Optional.empty();
        }
    }

    private Optional<RuntimeEvent> next(long deadline) throws InterruptedException {
        while (end.isOpen()) {
            if (ahead.isEmpty()) {
                readAhead();
            }
            var event = ahead.poll();
            if (event != null) {
                cursor = event.sequence().orElse(cursor);
                if (event.terminal()) {
                    end.with(EndReason.TERMINAL_EVENT);
                }
                return Optional.of(event);
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return Optional.empty();
            }
            await(left);
        }
        return Optional.empty();
    }

    private void readAhead() {
        for (var group : store.facts(job, cursor, PAGE)) {
            for (var event : EmbeddedJobs.render(job, group)) {
                if (event.sequence().orElse(0) > cursor) {
                    ahead.add(event);
                }
            }
        }
    }

    private void await(long leftNanos) throws InterruptedException {
        var actor = live.find(job);
        if (actor.isPresent()) {
            actor.get().awaitGrowth(cursor, Duration.ofNanos(leftNanos), () -> !end.isOpen());
            return;
        }
        readAhead();
        if (!ahead.isEmpty()) {
            return;
        }
        if (store.record(job).map(record -> record.status().terminal()).orElse(true)) {
            // Everything up to the end was read before this stream was opened, or the job was
            // deleted.
            end.with(EndReason.TERMINAL_EVENT);
            return;
        }
        // The job is not held here at the moment; it may be taken up again.
        synchronized (this) {
            if (!end.isOpen()) {
                return;
            }
            wait(Math.min(leftNanos / 1_000_000 + 1, LOOK_AGAIN.toMillis()));
        }
    }

    @Override
    public EndReason endReason() {
        return end.reason();
    }

    @Override
    public void close() {
        end.with(EndReason.CLOSED);
        synchronized (this) {
            notifyAll();
        }
        live.held(job).ifPresent(JobActor::wakeReaders);
    }
}
