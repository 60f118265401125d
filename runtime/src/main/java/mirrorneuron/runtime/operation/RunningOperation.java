package mirrorneuron.runtime.operation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;

/**
 * An operation of this process: what happened, durable before anybody reads it. Safe from any
 * thread.
 */
final class RunningOperation {

    private final OperationFiles files;
    private final InstantSource clock;
    private final int slot;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final OperationState state; // guarded by lock
    private final List<JsonObject> events; // guarded by lock

    RunningOperation(
            OperationFiles files,
            InstantSource clock,
            int slot,
            JsonObject head,
            List<JsonObject> recorded) {
        this.files = files;
        this.clock = clock;
        this.slot = slot;
        this.state = new OperationState(head);
        this.events = new ArrayList<>(recorded);
        events.forEach(state::apply);
    }

    int slot() {
        return slot;
    }

    /** A question that is answered between two events. */
    interface Question<T> {
        T of(OperationState state);
    }

    <T> T ask(Question<T> question) {
        lock.lock();
        try {
            return question.of(state);
        } finally {
            lock.unlock();
        }
    }

    void record(String type, String status) {
        append(event(type).put("status", status));
    }

    void record(JobId item, String type, String status, String error) {
        var event = event(type).put("item_id", item.value()).put("status", status);
        append(error.isEmpty() ? event : event.put("error", error));
    }

    void record(JobId item, ItemOutcome outcome) {
        switch (outcome) {
            case ItemOutcome.Done done -> record(item, "item_completed", done.status(), "");
            case ItemOutcome.Deferred _ ->
                    record(item, "item_deferred", "cancellation_pending", "");
            case ItemOutcome.Failed failed -> record(item, "item_failed", "failed", failed.why());
        }
    }

    private JsonObject.Builder event(String type) {
        return JsonObject.builder()
                .put("type", type)
                .put("timestamp", Timestamps.format(clock.instant()));
    }

    private void append(JsonObject.Builder unnumbered) {
        lock.lock();
        try {
            var event =
                    JsonObject.builder()
                            .put("sequence", state.sequence() + 1)
                            .putAll(unnumbered.build())
                            .put("operation_id", state.id())
                            .build();
            events.add(event);
            try {
                files.writeNewest(slot, state.id(), events);
            } catch (RuntimeException unwritten) {
                events.removeLast();
                throw unwritten;
            }
            state.apply(event);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<JsonObject> eventsAfter(long sequence) {
        lock.lock();
        try {
            // Events are numbered from 1 without a gap, so a number is a place in the list.
            int from = (int) Math.clamp(sequence, 0, events.size());
            return List.copyOf(events.subList(from, events.size()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for an event after this one.
     *
     * @param enough asked again after each {@link #wake}
     * @return false when the time is up, there will be none, or the reader has enough
     */
    boolean awaitAfter(long sequence, Duration time, BooleanSupplier enough)
            throws InterruptedException {
        long left = time.toNanos();
        lock.lock();
        try {
            while (events.size() <= sequence && !state.isTerminal() && !enough.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = grown.awaitNanos(left);
            }
            return events.size() > sequence;
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is over or only waits for others itself; false when the time is up. */
    boolean awaitPass(Duration time) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.convert(time);
        lock.lock();
        try {
            while (!state.isTerminal() && !state.isWaiting()) {
                if (left <= 0) {
                    return false;
                }
                left = grown.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
