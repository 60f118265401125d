package mirrorneuron.server.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a request is late, on a clock that is moved. */
class ArrivalTest {

    private long now = -5;
    private final Arrival arrival = new Arrival(Duration.ofSeconds(60), () -> now);

    private void pass(double seconds) {
        now += (long) (seconds * 1e9);
    }

    private void comes(int bytes) {
        assertThatCode(() -> arrival.came(bytes)).doesNotThrowAnyException();
    }

    private void isLate(int bytes, String part) {
        assertThatThrownBy(() -> arrival.came(bytes))
                .isInstanceOf(HttpFailure.class)
                .hasMessageContaining(part)
                .hasMessageContaining("within 60.0 s");
    }

    @Test
    void a_head_has_the_limit_from_its_first_byte_on() {
        arrival.waiting(false);
        pass(1_000);
        comes(1);
        pass(60);
        comes(4_096);
        pass(0.001);
        isLate(1_000_000, "head");
    }

    @Test
    void a_head_whose_first_part_came_with_the_request_before_has_begun() {
        arrival.waiting(true);
        pass(61);
        isLate(1, "head");
    }

    @Test
    void a_body_has_the_limit_and_a_second_for_each_4_kib() {
        comes(500);
        pass(59);
        arrival.headIsRead();
        pass(60);
        comes(4_096);
        pass(1);
        comes(0);
        pass(0.001);
        isLate(1, "body");
    }

    @Test
    void a_body_that_comes_at_32_kbit_per_second_has_all_the_time_it_needs() {
        arrival.headIsRead();
        for (int second = 0; second < 100_000; second++) {
            pass(1);
            comes(4_096);
        }
    }

    @Test
    void what_comes_behind_an_answer_is_a_head_again() {
        arrival.headIsRead();
        comes(10);
        arrival.answered();
        arrival.waiting(false);
        pass(1_000);
        comes(1);
        pass(61);
        isLate(1, "head");
    }
}
