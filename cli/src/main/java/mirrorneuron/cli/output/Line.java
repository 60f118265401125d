package mirrorneuron.cli.output;

import java.util.function.UnaryOperator;

/** A line made of parts, some painted, that knows how many columns it takes. Not for sharing. */
public final class Line {

    private final StringBuilder text = new StringBuilder();
    private int width;

    /** Adds text that holds no escape sequences. */
    public Line add(String part) {
        text.append(part);
        width += Text.width(part);
        return this;
    }

    /** Adds text that holds no escape sequences, painted. */
    public Line add(String part, UnaryOperator<String> paint) {
        text.append(paint.apply(part));
        width += Text.width(part);
        return this;
    }

    public Line add(Line other) {
        text.append(other.text);
        width += other.width;
        return this;
    }

    /** Blanks up to the column; none when the line is longer already. */
    public Line to(int column) {
        int blanks = Math.max(0, column - width);
        text.append(" ".repeat(blanks));
        width += blanks;
        return this;
    }

    public int width() {
        return width;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
