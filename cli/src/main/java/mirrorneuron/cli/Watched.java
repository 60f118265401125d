package mirrorneuron.cli;

/** A leaf that looks at something that changes. It gets {@code --watch}. */
public interface Watched {

    /** Whether what the caller asks for is a look, and nothing that stays or changes anything. */
    default boolean isReading() {
        return true;
    }
}
