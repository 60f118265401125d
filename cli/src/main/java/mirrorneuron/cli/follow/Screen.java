package mirrorneuron.cli.follow;

import java.util.List;

/** The part of a terminal that is drawn again and again, and its keys. Used by one thread. */
public interface Screen extends AutoCloseable {

    int width();

    int height();

    /** Replaces what the last call drew. */
    void draw(List<String> lines);

    /**
     * The next key within the time, {@link FollowSink#NO_KEY} when none came, -1 at the end of
     * input.
     */
    int key(long timeoutMs);

    /** Leaves the last lines standing and gives the terminal back as it was. */
    @Override
    void close();
}
