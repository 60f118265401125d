package mirrorneuron.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that begin while others are stopped, and while their host closes. */
@Timeout(60)
class WorkerHostCloseTest {

    private static final int LANES = 3;

    @TempDir Path home;

    @Test
    void each_attempt_has_one_outcome_and_none_outlives_its_host() throws Exception {
        for (int round = 0; round < 3 * Race.SCALE; round++) {
            var workers = Workers.at(home.resolve("home-" + round));
            var all = new ConcurrentLinkedQueue<Workers.Heard>();
            var going = new CountDownLatch(1);
            Race.of(
                    LANES + 1,
                    (lane, chance) -> {
                        if (lane == LANES) {
                            going.await();
                            workers.close();
                            return;
                        }
                        for (int i = 0; i < 12; i++) {
                            var spec = Workers.direct("/bin/sleep", "40");
                            spec.attemptId = "a-" + lane + "-" + i;
                            all.add(workers.start(spec));
                            if (chance.nextBoolean()) {
                                workers.host.stop(spec.attemptId);
                            }
                            if (i == 4) {
                                going.countDown();
                            }
                        }
                    });
            assertThat(all).hasSize(LANES * 12);
            for (var heard : all) {
                assertThat(heard.finishedWithin(10_000)).isTrue();
                assertThat(heard.outcomes).hasSize(1);
            }
        }
    }

    @Test
    void an_attempt_after_the_close_is_refused() throws Exception {
        var workers = Workers.at(home);
        workers.close();
        assertThat(workers.fail(Workers.direct("/bin/true")).error())
                .isEqualTo("the worker host is closed");
    }
}
