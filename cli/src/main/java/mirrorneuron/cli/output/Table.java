package mirrorneuron.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under headings. Cells fold rather than being cut; where the columns cannot fit, each row
 * becomes a card of {@code Label: value} lines. The plain form is tab-separated with one header
 * row.
 *
 * @param spare columns that a narrow page may leave out, the first first; the plain form has all
 * @param statusColumn the column whose words get the colour of the status they name; -1 = none
 */
public record Table(
        List<String> headings, List<List<String>> rows, int statusColumn, List<String> spare) {

    /** Below this an id folded over many lines is harder to read than a card. */
    private static final int COLUMN_MIN = 16;

    private static final String GAP = "  ";

    public Table {
        headings = List.copyOf(headings);
        spare = List.copyOf(spare);
        rows = rows.stream().map(List::copyOf).toList();
        for (var row : rows) {
            if (row.size() != headings.size()) {
                throw new IllegalArgumentException(
                        "row: " + row + " (expected: " + headings.size() + " cells)");
            }
        }
    }

    public static Table of(List<String> headings, List<List<String>> rows) {
        return new Table(headings, rows, headings.indexOf("Status"), List.of());
    }

    public Table withSpare(String... columns) {
        return new Table(headings, rows, statusColumn, List.of(columns));
    }

    private Table without(String column) {
        int at = headings.indexOf(column);
        var kept = of(dropped(headings, at), rows.stream().map(row -> dropped(row, at)).toList());
        return new Table(
                kept.headings, kept.rows, kept.statusColumn, spare.subList(1, spare.size()));
    }

    private static List<String> dropped(List<String> cells, int at) {
        var kept = new ArrayList<>(cells);
        kept.remove(at);
        return kept;
    }

    /** Tab-separated, one header row; tabs and line ends inside a cell become blanks. */
    public List<String> plain() {
        var lines = new ArrayList<String>();
        lines.add(String.join("\t", headings));
        for (var row : rows) {
            lines.add(String.join("\t", row.stream().map(Text::clean).toList()));
        }
        return lines;
    }

    /** Laid out for people. */
    public List<String> lines(Page page) {
        var cells = rows.stream().map(row -> row.stream().map(Text::clean).toList()).toList();
        int[] widths = natural(cells);
        if (!spare.isEmpty() && total(widths) > page.width()) {
            return without(spare.getFirst()).lines(page);
        }
        return fit(widths, page.width()) ? columns(cells, widths, page) : cards(cells, page);
    }

    private int[] natural(List<List<String>> cells) {
        var widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Text.width(headings.get(column));
            for (var row : cells) {
                widths[column] = Math.max(widths[column], Text.width(row.get(column)));
            }
        }
        return widths;
    }

    private static int total(int[] widths) {
        int total = GAP.length() * (widths.length - 1);
        for (int width : widths) {
            total += width;
        }
        return total;
    }

    /** Takes columns from the widest until the row fits; false when even the least is too much. */
    private static boolean fit(int[] widths, int pageWidth) {
        int total = total(widths);
        while (total > pageWidth) {
            int widest = 0;
            for (int column = 1; column < widths.length; column++) {
                if (widths[column] > widths[widest]) {
                    widest = column;
                }
            }
            if (widths[widest] <= COLUMN_MIN) {
                return false;
            }
            widths[widest]--;
            total--;
        }
        return true;
    }

    private List<String> columns(List<List<String>> cells, int[] widths, Page page) {
        var lines = new ArrayList<String>();
        var heading = new StringBuilder();
        var rule = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            if (column > 0) {
                heading.append(GAP);
                rule.append(GAP);
            }
            heading.append(
                    Text.padded(Text.cut(headings.get(column), widths[column]), widths[column]));
            rule.append("─".repeat(widths[column]));
        }
        lines.add(page.palette().bold(heading.toString().stripTrailing()));
        lines.add(page.palette().dim(rule.toString()));
        for (var row : cells) {
            row(row, widths, page, lines);
        }
        return lines;
    }

    private void row(List<String> row, int[] widths, Page page, List<String> lines) {
        var folded = new ArrayList<List<String>>();
        int height = 1;
        for (int column = 0; column < widths.length; column++) {
            var cell = Text.folded(row.get(column), widths[column]);
            folded.add(cell);
            height = Math.max(height, cell.size());
        }
        for (int part = 0; part < height; part++) {
            var line = new StringBuilder();
            int pending = 0;
            for (int column = 0; column < widths.length; column++) {
                var cell = folded.get(column);
                var text = part < cell.size() ? cell.get(part) : "";
                if (!text.isEmpty()) {
                    line.append(" ".repeat(pending));
                    pending = 0;
                    line.append(
                            column == statusColumn
                                    ? page.palette().status(row.get(column), text)
                                    : text);
                }
                pending += widths[column] - Text.width(text) + GAP.length();
            }
            lines.add(line.toString());
        }
    }

    private List<String> cards(List<List<String>> cells, Page page) {
        var lines = new ArrayList<String>();
        for (var row : cells) {
            if (!lines.isEmpty()) {
                lines.add(page.palette().dim("─".repeat(page.width())));
            }
            var fields = new Fields();
            for (int column = 0; column < headings.size(); column++) {
                fields.add(headings.get(column), row.get(column));
            }
            lines.addAll(fields.lines(page));
        }
        return lines;
    }
}
