package mirrorneuron.api.json;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A number of any size. Whole numbers that fit are kept as a {@code long}; everything else as the
 * exact decimal that was written, so a document survives a round trip without rounding.
 */
public final class JsonNumber implements JsonValue {

    private final long whole;
    private final @Nullable BigDecimal decimal;

    private JsonNumber(long whole, @Nullable BigDecimal decimal) {
        this.whole = whole;
        this.decimal = decimal;
    }

    public static JsonNumber of(long value) {
        return new JsonNumber(value, null);
    }

    /**
     * @throws IllegalArgumentException for NaN and the infinities, which JSON cannot write
     */
    public static JsonNumber of(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("number: " + value + " (expected: finite)");
        }
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            return of((long) value);
        }
        return new JsonNumber(0, BigDecimal.valueOf(value));
    }

    public static JsonNumber of(BigDecimal value) {
        return new JsonNumber(0, Objects.requireNonNull(value, "value"));
    }

    /** The value as a {@code long} when it is whole and fits ({@code 3.0} is whole), else empty. */
    public OptionalLong asLong() {
        if (decimal == null) {
            return OptionalLong.of(whole);
        }
        try {
            return OptionalLong.of(decimal.longValueExact());
        } catch (ArithmeticException notWhole) {
            return OptionalLong.empty();
        }
    }

    /** The value as an {@code int} when it is whole and fits, else empty. */
    public OptionalInt asInt() {
        var value = asLong();
        return value.isPresent() && value.getAsLong() == (int) value.getAsLong()
                ? OptionalInt.of((int) value.getAsLong())
                : OptionalInt.empty();
    }

    public double asDouble() {
        return decimal == null ? whole : decimal.doubleValue();
    }

    public BigDecimal asBigDecimal() {
        return decimal == null ? BigDecimal.valueOf(whole) : decimal;
    }

    /** Numeric order: {@code 1} and {@code 1.0} are equal. */
    public int compareTo(JsonNumber other) {
        return decimal == null && other.decimal == null
                ? Long.compare(whole, other.whole)
                : asBigDecimal().compareTo(other.asBigDecimal());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonNumber number && compareTo(number) == 0;
    }

    @Override
    public int hashCode() {
        // Equal numbers have equal doubles, whatever their scale, and this never expands a huge
        // exponent.
        return Double.hashCode(asDouble());
    }

    @Override
    public String toString() {
        return decimal == null ? Long.toString(whole) : decimal.toString();
    }
}
