package mirrorneuron.bench.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * Lines over a logarithmic axis, as SVG. The other axis is linear and begins at zero, so what is
 * flat looks flat and what grows with its size bends up.
 *
 * @param lines by their names, each from small to large
 */
record Picture(
        String title, String sizeOf, String unit, SequencedMap<String, List<Picture.Point>> lines) {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 340;
    private static final int LEFT = 76;
    private static final int RIGHT = 24;
    private static final int TOP = 66;
    private static final int BOTTOM = 52;
    private static final int GRID_LINES = 5;
    private static final List<String> COLOURS =
            List.of("#1f6feb", "#d9480f", "#2b8a3e", "#862e9c", "#5c5f66");

    record Point(double size, double value) {}

    static Picture of(
            String title, String sizeOf, String unit, SequencedMap<String, List<Point>> lines) {
        return new Picture(title, sizeOf, unit, lines);
    }

    String svg() {
        var out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                                + " font-family=\"system-ui, sans-serif\" font-size=\"12\""
                                + " role=\"img\">%n",
                        WIDTH,
                        HEIGHT));
        out.append("<title>").append(escaped(title)).append("</title>\n");
        out.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        out.append(text(LEFT, 24, "start", "#212529", 14, title));
        legend(out);
        grid(out);
        int colour = 0;
        for (var line : lines.values()) {
            line(out, line, COLOURS.get(colour++ % COLOURS.size()));
        }
        return out.append("</svg>\n").toString();
    }

    private void legend(StringBuilder out) {
        int x = LEFT;
        int colour = 0;
        for (var name : lines.keySet()) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<rect x=\"%d\" y=\"38\" width=\"10\" height=\"10\" fill=\"%s\"/>%n",
                            x,
                            COLOURS.get(colour++ % COLOURS.size())));
            out.append(text(x + 16, 47, "start", "#495057", 12, name));
            x += 40 + name.length() * 7;
        }
    }

    private void grid(StringBuilder out) {
        double step = step();
        for (int i = 0; i <= GRID_LINES; i++) {
            double y = y(i * step);
            out.append(rule(LEFT, y, WIDTH - RIGHT, y));
            out.append(text(LEFT - 8, y + 4, "end", "#495057", 12, number(i * step)));
        }
        for (var point : lines.firstEntry().getValue()) {
            double x = x(point.size());
            out.append(rule(x, TOP, x, HEIGHT - BOTTOM));
            out.append(text(x, HEIGHT - BOTTOM + 18, "middle", "#495057", 12, size(point.size())));
        }
        out.append(
                text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "#212529", 12, sizeOf));
        out.append(text(LEFT - 8, TOP - 10, "end", "#212529", 12, unit));
    }

    private void line(StringBuilder out, List<Point> points, String colour) {
        var places = new ArrayList<String>();
        for (var point : points) {
            places.add(String.format(Locale.ROOT, "%.1f,%.1f", x(point.size()), y(point.value())));
        }
        out.append(
                String.format(
                        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\""
                                + " points=\"%s\"/>%n",
                        colour, String.join(" ", places)));
        for (var point : points) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n",
                            x(point.size()),
                            y(point.value()),
                            colour));
        }
    }

    private double x(double size) {
        var points = lines.firstEntry().getValue();
        double first = Math.log10(points.getFirst().size());
        double last = Math.log10(points.getLast().size());
        double share = last > first ? (Math.log10(size) - first) / (last - first) : 0.5;
        int margin = 24;
        return LEFT + margin + share * (WIDTH - LEFT - RIGHT - 2 * margin);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / (step() * GRID_LINES) * (HEIGHT - TOP - BOTTOM);
    }

    /** The distance of two lines of the grid: 1, 2, 2.5 or 5 times a power of ten. */
    private double step() {
        double highest =
                lines.values().stream()
                        .flatMap(List::stream)
                        .mapToDouble(Point::value)
                        .max()
                        .orElse(0);
        if (highest <= 0) {
            return 1;
        }
        double least = highest / GRID_LINES;
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 2.5, 5}) {
            if (factor * power >= least) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String rule(double x1, double y1, double x2, double y2) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e9ecef\"/>%n",
                x1,
                y1,
                x2,
                y2);
    }

    private static String text(
            double x, double y, String anchor, String colour, int size, String text) {
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">"
                        + "%s</text>%n",
                x,
                y,
                anchor,
                colour,
                size,
                escaped(text));
    }

    private static String size(double size) {
        return String.format(Locale.ROOT, "%,.0f", size);
    }

    private static String number(double value) {
        var text = String.format(Locale.ROOT, "%,.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
