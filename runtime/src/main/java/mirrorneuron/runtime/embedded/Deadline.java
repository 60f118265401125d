package mirrorneuron.runtime.embedded;

import java.time.Duration;
import mirrorneuron.api.Jobs;

/**
 * Until when the call of this thread shall have answered. Calls have one that go through a view
 * with a deadline, and what they wait for asks here how long that may be.
 */
final class Deadline {

    /** What it may take to say how things stand after a wait that lasted until the end. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

    private final Duration whole;
    private final Duration answer;
    private final long began = System.nanoTime();

    private Deadline(Duration whole, Duration answer) {
        this.whole = whole;
        this.answer = answer;
    }

    /** For a call whose answer is worth nothing later. */
    static Deadline ofAnswer(Duration whole) {
        return new Deadline(whole, Duration.ZERO);
    }

    /** For a call that waits, and then says how things stand. */
    static Deadline ofWait(Duration whole) {
        return new Deadline(whole, ANSWER);
    }

    <T, X extends Exception> T within(Gate.Call<T, X> call) throws X {
        return ScopedValue.where(CURRENT, this).call(call::run);
    }

    boolean isOver() {
        return !left().isPositive();
    }

    private Duration left() {
        return whole.minusNanos(System.nanoTime() - began);
    }

    /** How long this thread's call may wait of what it was asked to. */
    static Duration toWait(Duration wanted) {
        return CURRENT.isBound() ? shorter(CURRENT.get().left(), wanted) : wanted;
    }

    /** How long this thread's call may wait for an answer that it needs. */
    static Duration toAnswer(Duration wanted) {
        return CURRENT.isBound()
                ? shorter(CURRENT.get().left().plus(CURRENT.get().answer), wanted)
                : wanted;
    }

    /** How long any call may wait for what this one returns, such as each event of a stream. */
    static Duration ofEach() {
        return CURRENT.isBound() ? CURRENT.get().whole : Jobs.WAIT_FOREVER;
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
