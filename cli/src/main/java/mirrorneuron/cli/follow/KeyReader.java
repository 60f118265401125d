package mirrorneuron.cli.follow;

import mirrorneuron.cli.view.Key;

/**
 * Makes keys of the characters that a terminal sends. Keys that print nothing come as several, the
 * first of them ESC; ESC alone is the key of that name. Not for sharing.
 */
final class KeyReader {

    /** A terminal sends the rest of a key at once; a person cannot be that fast. */
    private static final long REST_MS = 25;

    /** What nobody has to understand has an end. */
    private static final int SEQUENCE_CHARS_MAX = 16;

    /** Reads one character. */
    interface Source {
        /**
         * @return {@link Key#NONE} when none came in time, {@link Key#END} at the end
         */
        int read(long timeoutMs);
    }

    private final Source source;

    KeyReader(Source source) {
        this.source = source;
    }

    /** The next key within the time; {@link Key#NONE} when none came. */
    int next(long timeoutMs) {
        int first = source.read(timeoutMs);
        return switch (first) {
            case '\n' -> Key.ENTER;
            case '\b' -> Key.BACKSPACE;
            case Key.ESCAPE -> afterEscape();
            default ->
                    first >= 0 && Character.isHighSurrogate((char) first)
                            ? Character.toCodePoint((char) first, (char) source.read(REST_MS))
                            : first;
        };
    }

    private int afterEscape() {
        int kind = source.read(REST_MS);
        if (kind != '[' && kind != 'O') {
            return kind == Key.NONE || kind == Key.END ? Key.ESCAPE : Key.NONE;
        }
        int number = 0;
        for (int i = 0; i < SEQUENCE_CHARS_MAX; i++) {
            int c = source.read(REST_MS);
            if (c >= '0' && c <= '9') {
                number = number * 10 + c - '0';
            } else if (c != ';') {
                return c == '~' ? numbered(number) : lettered(c);
            }
        }
        return Key.NONE;
    }

    private static int lettered(int letter) {
        return switch (letter) {
            case 'A' -> Key.UP;
            case 'B' -> Key.DOWN;
            case 'C' -> Key.RIGHT;
            case 'D' -> Key.LEFT;
            case 'H' -> Key.HOME;
            case 'F' -> Key.LAST;
            default -> Key.NONE;
        };
    }

    private static int numbered(int number) {
        return switch (number) {
            case 1, 7 -> Key.HOME;
            case 4, 8 -> Key.LAST;
            case 5 -> Key.PAGE_UP;
            case 6 -> Key.PAGE_DOWN;
            default -> Key.NONE;
        };
    }
}
