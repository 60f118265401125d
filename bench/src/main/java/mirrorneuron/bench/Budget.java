package mirrorneuron.bench;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/** What a figure has to be, on the machine class that the design names. */
public record Budget(String figure, Bound bound, double limit) {

    /** Which side of the limit is good. */
    public enum Bound {
        AT_MOST,
        AT_LEAST
    }

    public Budget {
        requireNonNull(figure, "figure");
        requireNonNull(bound, "bound");
        if (!(limit > 0)) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: > 0)");
        }
    }

    public static Budget atMost(String figure, double limit) {
        return new Budget(figure, Bound.AT_MOST, limit);
    }

    public static Budget atLeast(String figure, double limit) {
        return new Budget(figure, Bound.AT_LEAST, limit);
    }

    /** How many times worse than the limit; 1 and less is within the budget. */
    public double missedBy(double value) {
        return switch (bound) {
            case AT_MOST -> value / limit;
            case AT_LEAST -> value > 0 ? limit / value : Double.POSITIVE_INFINITY;
        };
    }

    @Override
    public String toString() {
        var number =
                limit >= 1_000
                        ? String.format(Locale.ROOT, "%,.0f", limit)
                        : limit == Math.rint(limit)
                                ? String.format(Locale.ROOT, "%.0f", limit)
                                : Double.toString(limit);
        return (bound == Bound.AT_MOST ? "≤ " : "≥ ") + number;
    }
}
