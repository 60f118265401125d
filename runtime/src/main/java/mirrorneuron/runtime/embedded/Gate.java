package mirrorneuron.runtime.embedded;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.Backup;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.OperationStream;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in from the public interface: a closed runtime is unavailable, and what the store throws
 * leaves in the interface's own words. A view with a deadline has a gate of its own, behind which
 * calls know how long they may take.
 */
final class Gate {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final BooleanSupplier closed;
    private final Optional<Duration> deadline;

    Gate(BooleanSupplier closed) {
        this(closed, Optional.empty());
    }

    private Gate(BooleanSupplier closed, Optional<Duration> deadline) {
        this.closed = closed;
        this.deadline = deadline;
    }

    /** The same way in, for calls that have so much time. */
    Gate within(Duration time) {
        return new Gate(closed, Optional.of(time));
    }

    /** A call that may also throw what its signature says. */
    interface Call<T, X extends Exception> {
        T run() throws X;
    }

    <T, X extends Exception> T pass(Call<T, X> call) throws X {
        if (deadline.isEmpty()) {
            return open(call);
        }
        var end = Deadline.ofAnswer(deadline.get());
        T answer = end.within(() -> open(call));
        if (end.isOver()) {
            drop(answer);
            throw new CallTimeoutException(
                    "Expected an answer within "
                            + deadline.get()
                            + ", but it came later: what was asked for was carried out");
        }
        return answer;
    }

    /** As {@link #pass}, for calls that wait and end by themselves when the time is up. */
    <T, X extends Exception> T await(Call<T, X> call) throws X {
        return deadline.isEmpty()
                ? open(call)
                : Deadline.ofWait(deadline.get()).within(() -> open(call));
    }

    /** So much of a wait as there is time for. */
    Duration shortened(Duration wait) {
        return deadline.map(time -> Deadline.shorter(time, wait)).orElse(wait);
    }

    /** What nobody gets holds nothing open. */
    private static void drop(@Nullable Object answer) {
        try {
            switch (answer) {
                case EventStream events -> events.close();
                case OperationStream events -> events.close();
                case Backup backup -> backup.close();
                case null, default -> {}
            }
        } catch (RuntimeException left) {
            LOG.debug("what came too late stays open", left);
        }
    }

    private <T, X extends Exception> T open(Call<T, X> call) throws X {
        if (closed.getAsBoolean()) {
            throw new RuntimeUnavailableException(
                    "Expected an open runtime, but it was closed: its jobs go on at the next start");
        }
        try {
            return call.run();
        } catch (StoreException refused) {
            throw EmbeddedRuntime.translated(refused);
        }
    }

    /** As {@link #pass}, for lists, which stay as they were answered. */
    <T, X extends Exception> List<T> list(Call<List<T>, X> call) throws X {
        return Collections.unmodifiableList(pass(call));
    }
}
