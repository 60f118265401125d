package mirrorneuron.cli.follow;

import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.cli.view.Moment;

/** Where a follower shows what it sees. Used by one thread. */
public interface FollowSink extends AutoCloseable {

    void event(RuntimeEvent event);

    /** The job's state, now and then. */
    void state(Moment moment);

    /** Whether a person can answer a question here. */
    boolean canAsk();

    /** Whether a standstill is shown until someone acts, instead of ending the follow. */
    default boolean waitsOutStandstill() {
        return canAsk();
    }

    /**
     * Shows a question and waits a moment: the key that was pressed, {@link #NO_KEY} when none was,
     * -1 when none can come.
     */
    int ask(String question);

    /** A key that was pressed without being asked for, or -2. */
    default int key() {
        return NO_KEY;
    }

    int NO_KEY = -2;

    @Override
    void close();
}
