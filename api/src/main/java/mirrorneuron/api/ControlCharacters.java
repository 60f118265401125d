package mirrorneuron.api;

/**
 * Characters that terminals and viewers act upon where they stand, instead of showing them. A text
 * of a worker or a caller that holds some could move a cursor, begin a line of its own in a log, or
 * turn around what is read.
 */
public final class ControlCharacters {

    private ControlCharacters() {}

    /** True for controls of both sets, ends of lines, and what turns the direction of writing. */
    public static boolean isControl(int c) {
        return c < 0x20
                || (c >= 0x7F && c < 0xA0) // delete, and the second set of controls
                || c == 0x2028 // line and paragraph separator
                || c == 0x2029
                || (c >= 0x202A && c <= 0x202E) // embeddings and overrides of direction
                || (c >= 0x2066 && c <= 0x2069); // isolates
    }
}
