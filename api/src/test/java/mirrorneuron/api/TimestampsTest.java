package mirrorneuron.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Instants as text, in the one form that every wire knows. */
class TimestampsTest {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Property(tries = 2_000)
    void every_instant_of_four_digit_years_is_written_as_the_formatter_would_and_read_again(
            @ForAll @LongRange(min = -62_167_219_200_000L, max = 253_402_300_799_999L) long atMs) {
        var instant = Instant.ofEpochMilli(atMs);

        var text = Timestamps.format(instant);

        assertThat(text).isEqualTo(FORMAT.format(instant));
        assertThat(Timestamps.parse(text)).isEqualTo(instant);
    }

    @Test
    void less_than_a_millisecond_is_cut_off() {
        assertThat(Timestamps.format(Instant.ofEpochSecond(1, 2_999_999)))
                .isEqualTo("1970-01-01T00:00:01.002Z");
    }

    @Test
    void other_forms_of_an_instant_are_read_too() {
        assertThat(Timestamps.parse("2026-02-28T23:59:59Z"))
                .isEqualTo(Instant.parse("2026-02-28T23:59:59Z"));
        assertThat(Timestamps.parse("2028-02-29T00:00:00.000Z"))
                .isEqualTo(Instant.parse("2028-02-29T00:00:00Z"));
    }

    @Test
    void a_day_that_no_calendar_has_is_refused() {
        assertThatThrownBy(() -> Timestamps.parse("2026-02-29T00:00:00.000Z"))
                .isInstanceOf(DateTimeParseException.class);
        assertThatThrownBy(() -> Timestamps.parse("2026-13-01T00:00:00.000Z"))
                .isInstanceOf(DateTimeParseException.class);
    }

    @Test
    void a_time_whose_milliseconds_nobody_can_count_is_refused() {
        for (var text : List.of("+1000000000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z")) {
            assertThatThrownBy(() -> Timestamps.parse(text))
                    .isInstanceOf(DateTimeParseException.class)
                    .hasMessageContaining("Expected a time between");
        }
        var last = Instant.ofEpochMilli(Long.MAX_VALUE);
        assertThat(Timestamps.parse(Timestamps.format(last))).isEqualTo(last);
    }
}
