package mirrorneuron.cli.view;

/**
 * Keys of a terminal: those that print are their code points, the others have a number here. What a
 * terminal sends for them is read elsewhere.
 */
public final class Key {

    /** No key came in time. */
    public static final int NONE = -2;

    /** None can come any more. */
    public static final int END = -1;

    public static final int CTRL_C = 3;
    public static final int TAB = 9;
    public static final int ENTER = 13;
    public static final int ESCAPE = 27;
    public static final int BACKSPACE = 127;

    private static final int BEYOND_UNICODE = 0x110000;

    public static final int UP = BEYOND_UNICODE + 1;
    public static final int DOWN = BEYOND_UNICODE + 2;
    public static final int LEFT = BEYOND_UNICODE + 3;
    public static final int RIGHT = BEYOND_UNICODE + 4;
    public static final int PAGE_UP = BEYOND_UNICODE + 5;
    public static final int PAGE_DOWN = BEYOND_UNICODE + 6;
    public static final int HOME = BEYOND_UNICODE + 7;
    public static final int LAST = BEYOND_UNICODE + 8;

    private Key() {}

    static boolean prints(int key) {
        return key >= ' ' && key != BACKSPACE && key < BEYOND_UNICODE;
    }

    /** How a key moves in a list: lines, negative = up; 0 for every other key. */
    static int lines(int key, int page) {
        return switch (key) {
            case UP, 'k' -> -1;
            case DOWN, 'j' -> 1;
            case PAGE_UP -> -page;
            case PAGE_DOWN -> page;
            case HOME -> -EVERYTHING;
            case LAST -> EVERYTHING;
            default -> 0;
        };
    }

    /** More lines than any list has. */
    private static final int EVERYTHING = 1 << 30;
}
