package mirrorneuron.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that begin and end while the server stops. */
@Timeout(60)
class OpenCallsTest {

    private static final int LANES = 3;

    /** Of each lane, before the stop. */
    private static final int CALLS = 30_000;

    @Test
    void a_stop_tells_every_call_that_runs_and_waits_for_it() throws Exception {
        for (int round = 0; round < 8 * Race.SCALE; round++) {
            var calls = new OpenCalls();
            var running = new AtomicInteger();
            var going = new CountDownLatch(LANES);
            Race.of(
                    LANES + 1,
                    (lane, chance) -> {
                        if (lane == LANES) {
                            going.await();
                            calls.stop(Duration.ofSeconds(10));
                            assertThat(running).hasValue(0);
                            assertThat(calls.begin()).isEmpty();
                            return;
                        }
                        for (int i = 0; ; i++) {
                            var begun = calls.begin();
                            if (i == CALLS) {
                                going.countDown();
                            }
                            if (begun.isEmpty()) {
                                return;
                            }
                            running.incrementAndGet();
                            if (i > CALLS && chance.nextInt(8) == 0) {
                                // A live stream: it runs until it is told.
                                var told = new CountDownLatch(1);
                                calls.onStop(begun.get(), told::countDown);
                                assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
                            }
                            running.decrementAndGet();
                            begun.get().close();
                        }
                    });
            assertThat(calls.open()).isZero();
        }
    }
}
