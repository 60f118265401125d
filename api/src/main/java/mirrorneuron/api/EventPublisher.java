package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import mirrorneuron.api.EventStream.EndReason;

/**
 * A stream of events for a subscriber who says how many it wants. A virtual thread reads, and only
 * what is wanted, so nothing piles up.
 */
final class EventPublisher implements Flow.Publisher<RuntimeEvent> {

    private static final Duration LOOK = Duration.ofMinutes(1);

    private final EventStream events;
    private final AtomicBoolean taken = new AtomicBoolean();

    EventPublisher(EventStream events) {
        this.events = events;
    }

    /** A stream has one reader, so a second subscriber is told so. */
    @Override
    public void subscribe(Flow.Subscriber<? super RuntimeEvent> subscriber) {
        requireNonNull(subscriber, "subscriber");
        if (!taken.compareAndSet(false, true)) {
            subscriber.onSubscribe(new Nothing());
            subscriber.onError(
                    new IllegalStateException("The stream of events has a subscriber already"));
            return;
        }
        var reading = new Reading(subscriber);
        subscriber.onSubscribe(reading);
        Thread.ofVirtual().name("mn-events").start(reading);
    }

    private static final class Nothing implements Flow.Subscription {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    }

    private final class Reading implements Flow.Subscription, Runnable {

        private static final int WANTED_MAX = Integer.MAX_VALUE / 2;

        private final Flow.Subscriber<? super RuntimeEvent> subscriber;
        private final Semaphore wanted = new Semaphore(0);
        private volatile boolean cancelled;
        private volatile boolean misused;

        Reading(Flow.Subscriber<? super RuntimeEvent> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            if (count < 1) {
                misused = true;
                wanted.release();
                return;
            }
            synchronized (wanted) {
                int room = WANTED_MAX - wanted.availablePermits();
                wanted.release((int) Math.clamp(count, 0, Math.max(0, room)));
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            events.close();
            wanted.release();
        }

        @Override
        public void run() {
            try (events) {
                while (true) {
                    wanted.acquire();
                    if (cancelled) {
                        return;
                    }
                    if (misused) {
                        subscriber.onError(
                                new IllegalArgumentException(
                                        "request: less than 1 (expected: 1 or more)"));
                        return;
                    }
                    var event = events.next(LOOK);
                    while (event.isEmpty() && events.endReason() == EndReason.OPEN) {
                        event = events.next(LOOK);
                    }
                    if (event.isEmpty()) {
                        end();
                        return;
                    }
                    subscriber.onNext(event.get());
                }
            } catch (InterruptedException | RuntimeException failure) {
                if (!cancelled) {
                    subscriber.onError(failure);
                }
            }
        }

        private void end() {
            if (cancelled) {
                return;
            }
            if (events.endReason() == EndReason.ERROR) {
                subscriber.onError(
                        new RuntimeUnavailableException("The stream of events has broken"));
            } else {
                subscriber.onComplete();
            }
        }
    }
}
