package mirrorneuron.runtime.job;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Letters to an owner that has no thread of its own: any thread posts, and one at a time drains.
 *
 * <p>Whoever gets {@code draining} from false to true is the owner until {@link #pass}. A letter
 * that comes while somebody drains is left to that one, who looks once more after it let go: the
 * letter was there before its sender looked at {@code draining}, so one of the two sees the other.
 */
final class Mailbox<L> {

    private final ConcurrentLinkedQueue<L> letters = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Executor threads;
    private final Runnable drain;
    private final BooleanSupplier unsettled;

    /**
     * @param drain takes letters until there are none, then calls {@link #pass}
     * @param unsettled what has to be drained although no letter says so, see {@link #wake}
     */
    Mailbox(Executor threads, Runnable drain, BooleanSupplier unsettled) {
        this.threads = threads;
        this.drain = drain;
        this.unsettled = unsettled;
    }

    void post(L letter) {
        letters.add(letter);
        wake();
    }

    /** Something became unsettled, before this call. */
    void wake() {
        if (draining.compareAndSet(false, true)) {
            threads.execute(drain);
        }
    }

    /** Makes the caller the owner; only before anybody else can know this mailbox. */
    void own() {
        draining.set(true);
    }

    /** The owner's: the next letter, or null when there is none. */
    @Nullable L poll() {
        return letters.poll();
    }

    /** The owner's: whether there is no letter now. */
    boolean isEmpty() {
        return letters.isEmpty();
    }

    /**
     * The owner is one no more.
     *
     * @param more whether there is more to drain at once
     */
    void pass(boolean more) {
        if (more) {
            threads.execute(drain);
            return;
        }
        draining.set(false);
        if (!letters.isEmpty() || unsettled.getAsBoolean()) {
            wake();
        }
    }
}
