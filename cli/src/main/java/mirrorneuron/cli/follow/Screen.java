package mirrorneuron.cli.follow;

import java.util.List;

/**
 * A terminal that is drawn again and again, and its keys. Asking for its size is cheap, so a size
 * that changed is noticed by asking again. Used by one thread.
 */
public interface Screen extends AutoCloseable {

    int width();

    int height();

    /** Replaces what the last call drew; lines beyond the height are not shown. */
    void draw(List<String> lines);

    /** The next key within the time, as {@link mirrorneuron.cli.view.Key} numbers them. */
    int key(long timeoutMs);

    /** Gives the terminal back as it was; these lines stay on it. */
    void leave(List<String> lines);

    /** Gives the terminal back as it was, when nobody has done so yet. */
    @Override
    void close();
}
