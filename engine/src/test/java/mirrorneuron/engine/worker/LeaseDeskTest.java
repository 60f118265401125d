package mirrorneuron.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import mirrorneuron.api.JobId;
import org.junit.jupiter.api.Test;

/** Who gets slots, and who waits how long. */
class LeaseDeskTest {

    private static final long NOW = 1_000;

    private final LeaseDesk desk = new LeaseDesk(Map.of("default", 1));

    private LeaseDesk.Answer request(String id, long timeoutMs) {
        return desk.request(
                new LeaseDesk.Request(id, JobId.of("g-1"), "default", 1, timeoutMs, 100), NOW);
    }

    @Test
    void a_request_may_wait_for_ever() {
        request("a", 0);
        assertThat(request("b", Long.MAX_VALUE)).isEqualTo(new LeaseDesk.Queued("b", 1));
        assertThat(desk.expire(NOW + 86_400_000)).isEmpty();
        assertThat(desk.release("a", NOW + 86_400_000))
                .containsExactly(new LeaseDesk.Granted("b", 86_400_000));
    }

    @Test
    void a_request_that_waited_too_long_is_rejected_and_may_ask_again() {
        request("a", 0);
        request("b", 500);
        assertThat(desk.nextDeadlineMs()).hasValue(NOW + 500);
        assertThat(desk.expire(NOW + 499)).isEmpty();
        var rejected = (LeaseDesk.Rejected) desk.expire(NOW + 500).getFirst();
        assertThat(rejected.reason()).isEqualTo(LeaseDesk.Reason.QUEUE_TIMEOUT);
        assertThat(rejected.message())
                .isEqualTo("queue of pool default: waited 500 ms (expected: at most 500 ms)");
        assertThat(rejected.retryAfterMs()).hasValue(LeaseDesk.RETRY_AFTER_MS);
        assertThat(desk.isWaiting("b")).isFalse();
    }
}
