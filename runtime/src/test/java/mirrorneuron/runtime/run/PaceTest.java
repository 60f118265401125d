package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final Duration SLICE = Duration.ofMillis(20);

    private Duration clock = Duration.ZERO;
    private Duration used = Duration.ZERO;
    private final Pace pace = new Pace(2, () -> Optional.of(used), () -> clock.toNanos());

    @Test
    void it_goes_on_as_long_as_a_slice_lasts() {
        pace.begin();
        clock = clock.plusMillis(9);
        assertThat(pace.rest()).isZero();
    }

    @Test
    void it_does_not_rest_while_processors_are_idle() {
        assertThat(restWhile(0)).isZero();
        assertThat(restWhile(0.7)).isZero();
    }

    @Test
    void it_leaves_live_work_what_it_uses_and_a_reserve() {
        // Of two processors 1.25 are used and 0.25 kept free: half of one is left.
        assertThat(restWhile(1.25)).isBetween(SLICE.minusMillis(2), SLICE.plusMillis(2));
    }

    @Test
    void it_works_a_tenth_of_the_time_where_live_work_wants_everything() {
        assertThat(restWhile(2)).isEqualTo(SLICE.multipliedBy(9));
    }

    @Test
    void its_own_work_is_not_what_it_gives_way_to() {
        assertThat(restWhile(0)).isZero();
        assertThat(used).isPositive();
    }

    @Test
    void it_goes_fast_again_when_live_work_is_over() {
        restWhile(2);
        assertThat(restWhile(0)).isZero();
    }

    @Test
    void it_never_rests_where_the_machine_does_not_say() {
        var blind = new Pace(2, Optional::empty, () -> clock.toNanos());
        blind.begin();
        for (int i = 0; i < 100; i++) {
            clock = clock.plus(SLICE);
            assertThat(blind.rest()).isZero();
        }
    }

    /** The last rest of two seconds in which others use so many processors. */
    private Duration restWhile(double others) {
        var rest = Duration.ZERO;
        var end = clock.plusSeconds(2);
        pace.begin();
        while (clock.compareTo(end) < 0) {
            pass(SLICE, others + 1);
            rest = pace.rest();
            pass(rest, others);
            pace.begin();
        }
        return rest;
    }

    private void pass(Duration time, double processors) {
        clock = clock.plus(time);
        used = used.plusNanos((long) (time.toNanos() * processors));
    }
}
