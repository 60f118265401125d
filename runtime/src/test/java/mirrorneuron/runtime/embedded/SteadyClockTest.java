package mirrorneuron.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    private Instant wall = NOON;
    private long nanos = 42;
    private final SteadyClock clock = new SteadyClock(() -> wall, () -> nanos);

    private void passes(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    @Test
    void it_is_the_wall_clock_as_long_as_that_goes_on() {
        assertThat(clock.instant()).isEqualTo(NOON);
        passes(Duration.ofMillis(1_500));
        assertThat(clock.instant()).isEqualTo(NOON.plusMillis(1_500));
    }

    @Test
    void a_step_forward_is_followed_at_once() {
        wall = wall.plus(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofHours(1)));
    }

    @Test
    void a_step_back_is_not_seen_and_waits_become_twice_as_long_at_most() {
        wall = wall.minus(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(NOON);
        passes(Duration.ofSeconds(4));
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(2));
    }

    @Test
    void after_twice_the_step_back_it_is_right_again() {
        wall = wall.minus(Duration.ofMinutes(10));
        passes(Duration.ofMinutes(19));
        assertThat(clock.instant()).isEqualTo(wall.plusSeconds(30));
        passes(Duration.ofMinutes(1));
        assertThat(clock.instant()).isEqualTo(wall);
        passes(Duration.ofMinutes(1));
        assertThat(clock.instant()).isEqualTo(wall);
    }

    @Test
    void an_hour_forward_by_mistake_and_back_never_shows_an_earlier_time() {
        var before = clock.instant();
        for (var step : new int[] {1, -1, -1, 1}) {
            wall = wall.plus(Duration.ofHours(step));
            for (int read = 0; read < 3; read++) {
                var now = clock.instant();
                assertThat(now).isAfterOrEqualTo(before);
                before = now;
                passes(Duration.ofMillis(10));
            }
        }
    }

    @Test
    void threads_that_read_while_the_clock_jumps_see_it_go_on() throws Exception {
        var steady =
                new SteadyClock(
                        () -> NOON.plusMillis(ThreadLocalRandom.current().nextInt(60_000)),
                        System::nanoTime);
        Race.of(
                4,
                (_, _) -> {
                    var before = steady.instant();
                    for (int read = 0; read < 20_000 * Race.SCALE; read++) {
                        var now = steady.instant();
                        assertThat(now).isAfterOrEqualTo(before);
                        before = now;
                    }
                });
    }
}
