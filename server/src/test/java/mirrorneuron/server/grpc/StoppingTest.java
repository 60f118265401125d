package mirrorneuron.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that begin to wait while the server stops. */
@Timeout(60)
class StoppingTest {

    private static final int EACH = 10_000;

    @Test
    void each_call_that_waits_is_told_once_whenever_it_came() throws Exception {
        for (int round = 0; round < 10 * Race.SCALE; round++) {
            var stopping = new Stopping();
            var told = new AtomicInteger();
            Race.of(
                    4,
                    (lane, chance) -> {
                        if (lane == 0) {
                            // In the middle of what the others do.
                            while (stopping.waiting() < chance.nextInt(EACH)) {
                                Thread.onSpinWait();
                            }
                            stopping.stop();
                            return;
                        }
                        for (int i = 0; i < EACH; i++) {
                            var unused = stopping.whenStopping(told::incrementAndGet);
                            stopping.whenStopping(() -> {}).close();
                        }
                    });
            assertThat(told).hasValue(3 * EACH);
        }
    }
}
