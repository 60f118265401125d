package mirrorneuron.cli.view;

import java.util.Optional;

/**
 * The part of a long list that is in sight.
 *
 * @param from the first row in sight
 * @param to behind the last one
 */
record Window(int from, int to) {

    /**
     * Rows around a chosen one.
     *
     * @param room lines there are; when not all rows fit, one of them says how many are left
     */
    static Window of(int rows, int chosen, int room) {
        if (rows <= room) {
            return new Window(0, rows);
        }
        int shown = Math.max(1, room - 1);
        int from = Math.clamp(chosen - shown / 2, 0, rows - shown);
        return new Window(from, from + shown);
    }

    /** {@code … 3 above, 12 below}; empty when all rows are in sight. */
    Optional<String> rest(int rows) {
        int above = from;
        int below = rows - to;
        if (above + below == 0) {
            return Optional.empty();
        }
        var text = new StringBuilder("… ");
        if (above > 0) {
            text.append(above).append(" above");
        }
        if (below > 0) {
            text.append(above > 0 ? ", " : "").append(below).append(" below");
        }
        return Optional.of(text.toString());
    }
}
