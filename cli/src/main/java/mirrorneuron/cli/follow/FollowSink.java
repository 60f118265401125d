package mirrorneuron.cli.follow;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.cli.view.Moment;
import mirrorneuron.cli.view.Usage;
import mirrorneuron.cli.view.Wish;

/** Where a follower shows what it sees. Used by one thread. */
public interface FollowSink extends AutoCloseable {

    void event(RuntimeEvent event);

    /** The job's state, now and then. */
    void state(Moment moment);

    /**
     * What stands between the follower and the runtime, in a sentence; empty when it answers again.
     */
    void trouble(String sentence);

    /**
     * Whether a person looks on: they see a standstill until someone acts, may leave whenever they
     * want, and have the wishes that {@link #wish} gives.
     */
    default boolean live() {
        return false;
    }

    /** Whether a job that has ended is looked at until the person leaves. */
    default boolean stays() {
        return false;
    }

    /** Whether the person has pressed a key: who does that is not sent away after a time. */
    default boolean used() {
        return false;
    }

    /** Waits a moment for what the person wants; empty when they want nothing of the job. */
    default Optional<Wish> wish() {
        return Optional.empty();
    }

    /** What became of a wish, in a sentence. */
    default void said(String sentence) {}

    /** What the run uses; only where {@link #live}. */
    default void usage(Usage usage) {}

    /** Whether the next lines of the run's log are wanted. */
    default boolean wantsLog() {
        return false;
    }

    /** The next lines of the run's log. */
    default void log(List<String> lines) {}

    @Override
    void close();
}
