package mirrorneuron.engine.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a step rests before its next attempt. */
class RetryPolicyTest {

    private static RetryPolicy policy(long backoffMs, double multiplier, double jitter) {
        return new RetryPolicy(9, backoffMs, multiplier, jitter, Set.of());
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "2, 3000", "3, 9000", "6, 243000", "7, 300000", "99, 300000"})
    void the_rest_grows_by_its_factor_up_to_five_minutes(int failures, long ms) {
        assertThat(policy(1_000, 3, 0).restMs(failures, 0.9)).isEqualTo(ms);
    }

    @ParameterizedTest
    @CsvSource({"0, 800", "0.25, 900", "0.5, 1000", "1, 1200"})
    void chance_swings_it_both_ways_by_the_jitter(double chance, long ms) {
        assertThat(policy(1_000, 2, 0.2).restMs(1, chance)).isEqualTo(ms);
    }

    @Test
    void without_a_rest_the_next_attempt_follows_at_once() {
        assertThat(policy(0, 2, 0.5).restMs(3, 1)).isZero();
    }
}
