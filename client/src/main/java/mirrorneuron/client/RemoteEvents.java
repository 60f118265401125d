package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.client.Inflow.Item;
import org.jspecify.annotations.Nullable;

/**
 * A job's events from a server. What keeps them whole is one number: the last event that was handed
 * out. Whatever is opened begins after it, and what comes a second time is passed over.
 */
final class RemoteEvents implements EventStream {

    /** After so much silence the server says that it is there. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** A server that was not heard for three heartbeats is gone. */
    private static final Duration SILENCE_MAX = HEARTBEAT.multipliedBy(3);

    /** How soon a server that does not wait for events is asked for them again. */
    private static final Duration ASK_AGAIN = Duration.ofMillis(500);

    private final Follow follow;
    private final Link.Patience patience;
    private volatile EndReason endReason = EndReason.OPEN; // written under this
    private volatile @Nullable Inflow<?, Optional<RuntimeEvent>> inflow;
    private long cursor;
    private long heardAt;

    private RemoteEvents(Link link, Follow follow, long after) {
        this.follow = follow;
        this.patience = link.new Patience();
        this.cursor = after;
    }

    /**
     * Returns when the server has said that there is such a job.
     *
     * @throws MirrorNeuronException when it says something else
     */
    static EventStream open(Link link, Follow follow, long after) {
        var events = new RemoteEvents(link, follow, after);
        events.reopen();
        events.begin(link.settings().timeout());
        return events;
    }

    private void begin(Duration timeout) {
        try {
            var first = current().peek(timeout.isZero() ? Long.MAX_VALUE : timeout.toNanos());
            if (first.isEmpty()) {
                close();
                throw new CallTimeoutException("The server did not begin to send events in time");
            }
            if (first.get() instanceof Item.End<?>(var failure) && failure.isPresent()) {
                close();
                throw failure.get();
            }
        } catch (InterruptedException interrupt) {
            close();
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailableException("Interrupted while beginning to follow a job");
        }
    }

    private Inflow<?, Optional<RuntimeEvent>> current() {
        return requireNonNull(inflow, "inflow");
    }

    private void reopen() {
        inflow = follow.open(cursor);
        heardAt = System.nanoTime();
        if (endReason != EndReason.OPEN) {
            // Closed meanwhile, by somebody who knew only the one before.
            current().cancel("closed");
        }
    }

    @Override
    public Optional<RuntimeEvent> next(Duration timeout) throws InterruptedException {
        var wait = new Waits(timeout);
        while (endReason == EndReason.OPEN) {
            var silence = SILENCE_MAX.minusNanos(System.nanoTime() - heardAt);
            var left = timeout.minus(wait.waited());
            var item = current().next(nanos(left.compareTo(silence) < 0 ? left : silence));
            if (item.isEmpty()) {
                if (wait.isOver()) {
                    return Optional.empty();
                }
                if (System.nanoTime() - heardAt >= SILENCE_MAX.toNanos()) {
                    current().cancel("silent");
                    broken(new RuntimeUnavailableException("The server fell silent"));
                }
                continue;
            }
            heardAt = System.nanoTime();
            switch (item.get()) {
                case Item.Answer<Optional<RuntimeEvent>>(var event) -> {
                    patience.renew();
                    if (event.isPresent() && isNew(event.get())) {
                        return handedOut(event.get());
                    }
                }
                case Item.End<Optional<RuntimeEvent>>(var failure) -> {
                    if (failure.isPresent()) {
                        broken(failure.get());
                    } else {
                        sent();
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static long nanos(Duration duration) {
        return duration.isNegative() ? 0 : duration.toNanos();
    }

    private boolean isNew(RuntimeEvent event) {
        return event.sequence().orElse(Long.MAX_VALUE) > cursor;
    }

    private Optional<RuntimeEvent> handedOut(RuntimeEvent event) {
        cursor = event.sequence().orElse(cursor);
        if (event.terminal()) {
            end(EndReason.TERMINAL_EVENT);
        }
        return Optional.of(event);
    }

    /** The server sent what it had. */
    private void sent() throws InterruptedException {
        if (follow.endsWithStream()) {
            end(EndReason.TERMINAL_EVENT);
        } else {
            Thread.sleep(ASK_AGAIN);
            tryAgain();
        }
    }

    private void broken(MirrorNeuronException failure) throws InterruptedException {
        if (endReason != EndReason.OPEN) {
            return;
        }
        if (failure instanceof RuntimeUnavailableException gone && patience.waits(gone)) {
            tryAgain();
        } else {
            end(EndReason.ERROR);
        }
    }

    private void tryAgain() {
        try {
            reopen();
        } catch (RuntimeUnavailableException closed) {
            end(EndReason.ERROR);
        }
    }

    /** The first reason stays. */
    private void end(EndReason reason) {
        synchronized (this) {
            if (endReason == EndReason.OPEN) {
                endReason = reason;
            }
        }
        var open = inflow;
        if (open != null) {
            open.cancel(reason.name());
        }
    }

    @Override
    public EndReason endReason() {
        return endReason;
    }

    @Override
    public void close() {
        end(EndReason.CLOSED);
    }
}
