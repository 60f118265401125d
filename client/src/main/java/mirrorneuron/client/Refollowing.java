package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.client.Inflow.Item;
import org.jspecify.annotations.Nullable;

/**
 * Numbered events from a server. What keeps them whole is one number: the last event that was
 * handed out. Whatever is opened begins after it, and what comes a second time is passed over.
 */
abstract class Refollowing<E> {

    /** After so much silence the server says that it is there, unless somebody asks for another. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** However short its heartbeats are, a server may be as busy as this for once. */
    private static final Duration SILENCE_MIN = Duration.ofSeconds(10);

    /** How soon a server that does not wait for events is asked for them again. */
    private static final Duration ASK_AGAIN = Duration.ofMillis(500);

    private final Follow<E> follow;
    private final Link.Patience patience;
    private final Settings settings;
    private final Duration silenceMax;
    private volatile EndReason endReason = EndReason.OPEN; // written under this
    private volatile @Nullable Inflow<?, Optional<E>> inflow;
    private long cursor;
    private long heardAt;

    /** Nothing is asked of the server before {@link #reopen}. */
    Refollowing(
            Link link, Follow<E> follow, long after, Duration heartbeat, Link.Patience patience) {
        this.follow = follow;
        this.patience = patience;
        this.settings = link.settings();
        this.cursor = after;
        // A server that was not heard for three heartbeats is gone.
        var silence = Duration.ofMillis(millis(heartbeat)).multipliedBy(3);
        this.silenceMax = silence.compareTo(SILENCE_MIN) < 0 ? SILENCE_MIN : silence;
    }

    /** As the protocol counts it. */
    static int millis(Duration heartbeat) {
        return heartbeat.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) >= 0
                ? Integer.MAX_VALUE
                : (int) Math.max(1, heartbeat.toMillis());
    }

    /** Events without a number are new. */
    abstract OptionalLong sequence(E event);

    /** Whether it is the last one. */
    abstract boolean isTerminal(E event);

    final Inflow<?, Optional<E>> current() {
        return requireNonNull(inflow, "inflow");
    }

    final void reopen() {
        inflow = follow.open(cursor);
        heardAt = System.nanoTime();
        if (endReason != EndReason.OPEN) {
            // Closed meanwhile, by somebody who knew only the one before.
            current().cancel("closed");
        }
    }

    public final Optional<E> next(Duration wanted) throws InterruptedException {
        var timeout = settings.shortened(wanted);
        var wait = new Waits(timeout);
        while (endReason == EndReason.OPEN) {
            var silence = silenceMax.minusNanos(System.nanoTime() - heardAt);
            var left = timeout.minus(wait.waited());
            var item = current().next(nanos(left.compareTo(silence) < 0 ? left : silence));
            if (item.isEmpty()) {
                if (wait.isOver()) {
                    return Optional.empty();
                }
                if (System.nanoTime() - heardAt >= silenceMax.toNanos()) {
                    current().cancel("silent");
                    broken(new RuntimeUnavailableException("The server fell silent"));
                }
                continue;
            }
            heardAt = System.nanoTime();
            switch (item.get()) {
                case Item.Answer<Optional<E>>(var event) -> {
                    patience.renew();
                    if (event.isPresent() && isNew(event.get())) {
                        return handedOut(event.get());
                    }
                }
                case Item.End<Optional<E>>(var failure) -> {
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

    private boolean isNew(E event) {
        return sequence(event).orElse(Long.MAX_VALUE) > cursor;
    }

    private Optional<E> handedOut(E event) {
        cursor = sequence(event).orElse(cursor);
        if (isTerminal(event)) {
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

    public final EndReason endReason() {
        return endReason;
    }

    public final void close() {
        end(EndReason.CLOSED);
    }
}
