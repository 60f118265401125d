package mirrorneuron.client;

import java.util.Optional;

/** Where numbered events come from. */
interface Follow<E> {

    /** Begins to read after this event. An answer without an event is a sign of life. */
    Inflow<?, Optional<E>> open(long after);

    /**
     * Whether nothing follows when the server has sent everything that it wanted to send, of what
     * was opened last.
     */
    boolean endsWithStream();
}
