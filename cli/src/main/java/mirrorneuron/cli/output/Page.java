package mirrorneuron.cli.output;

/**
 * What something is laid out for.
 *
 * @param width columns, between {@value #WIDTH_MIN} and {@value #WIDTH_MAX}
 */
public record Page(int width, Palette palette) {

    public static final int WIDTH_MIN = 40;
    public static final int WIDTH_MAX = 120;
    public static final int WIDTH_DEFAULT = 80;

    public Page {
        width = Math.clamp(width, WIDTH_MIN, WIDTH_MAX);
    }

    public static Page plain(int width) {
        return new Page(width, Palette.OFF);
    }
}
