package mirrorneuron.runtime.embedded;

import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.store.StoreException;

/**
 * The way in from the public interface: a closed runtime is unavailable, and what the store throws
 * leaves in the interface's own words.
 */
final class Gate {

    private final BooleanSupplier closed;

    Gate(BooleanSupplier closed) {
        this.closed = closed;
    }

    /** A call that may also throw what its signature says. */
    interface Call<T, X extends Exception> {
        T run() throws X;
    }

    <T, X extends Exception> T pass(Call<T, X> call) throws X {
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
