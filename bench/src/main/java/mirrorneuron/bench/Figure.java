package mirrorneuron.bench;

import static java.util.Objects.requireNonNull;

/**
 * One measured number.
 *
 * @param unit of the value, such as {@code ms} or {@code jobs/s}
 */
public record Figure(String name, String unit, double value) {

    public Figure {
        requireNonNull(name, "name");
        requireNonNull(unit, "unit");
    }
}
