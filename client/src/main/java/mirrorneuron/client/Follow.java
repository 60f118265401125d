package mirrorneuron.client;

import java.util.Optional;
import mirrorneuron.api.RuntimeEvent;

/** Where the events of a job come from. */
interface Follow {

    /** Begins to read after this event. An answer without an event is a sign of life. */
    Inflow<?, Optional<RuntimeEvent>> open(long after);

    /**
     * Whether nothing follows when the server has sent everything that it wanted to send, of what
     * was opened last.
     */
    boolean endsWithStream();
}
