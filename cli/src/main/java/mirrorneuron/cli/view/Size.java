package mirrorneuron.cli.view;

import mirrorneuron.cli.output.Page;

/**
 * The part of a terminal that a view fills.
 *
 * @param height lines, at least {@value #HEIGHT_MIN}
 */
public record Size(Page page, int height) {

    /** Below this nothing of a view is left but its edges. */
    public static final int HEIGHT_MIN = 8;

    public Size {
        height = Math.max(HEIGHT_MIN, height);
    }

    int width() {
        return page.width();
    }
}
