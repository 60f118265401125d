package mirrorneuron.bench.soak;

import java.util.ArrayList;
import java.util.List;

/** Readings of one quantity over time. Used by one thread. */
final class Series {

    private record Reading(double minutes, double value) {}

    private final String name;
    private final String unit;
    private final double slopeMax;
    private final List<Reading> readings = new ArrayList<>();

    /**
     * @param slopeMax the most by which it may grow in a minute, once it has settled
     */
    Series(String name, String unit, double slopeMax) {
        this.name = name;
        this.unit = unit;
        this.slopeMax = slopeMax;
    }

    void add(double minutes, double value) {
        readings.add(new Reading(minutes, value));
    }

    /**
     * Growth in a minute by least squares over the second half, when pools, caches and what is kept
     * for a while are full. Zero for fewer than three readings there.
     */
    double slope() {
        var settled = readings.subList(readings.size() / 2, readings.size());
        if (settled.size() < 3) {
            return 0;
        }
        double meanTime = settled.stream().mapToDouble(Reading::minutes).average().orElse(0);
        double meanValue = settled.stream().mapToDouble(Reading::value).average().orElse(0);
        double together = 0;
        double spread = 0;
        for (var reading : settled) {
            together += (reading.minutes - meanTime) * (reading.value - meanValue);
            spread += (reading.minutes - meanTime) * (reading.minutes - meanTime);
        }
        return together / spread;
    }

    boolean kept() {
        return slope() <= slopeMax;
    }

    double last() {
        return readings.isEmpty() ? 0 : readings.getLast().value;
    }

    double highest() {
        return readings.stream().mapToDouble(Reading::value).max().orElse(0);
    }

    String row() {
        return "| %s | %,.1f %s | %,.1f | %+,.3f a minute | ≤ %,.3f | %s |"
                .formatted(
                        name,
                        last(),
                        unit,
                        highest(),
                        slope(),
                        slopeMax,
                        kept() ? "kept" : "missed");
    }

    /** For what has no limit of its own. */
    String line() {
        return "%-9s last %,.1f %s, highest %,.1f, growth %+,.3f a minute"
                .formatted(name, last(), unit, highest(), slope());
    }

    String pair() {
        return "%s_%s_per_min=%.3f".formatted(name.replace(' ', '_'), unit, slope());
    }
}
