package mirrorneuron.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.LongStream;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events whose jobs go on, and that are closed by others than their readers. */
@Timeout(60)
class FeedsTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final JobId JOB = JobId.of("job");

    @TempDir Path home;

    private MirrorNeuron open() {
        return MirrorNeuron.embedded().home(home).recordRuns(false).start();
    }

    private static void submit(MirrorNeuron mn, int messages) {
        mn.jobs()
                .submit(Workflows.waiting(messages), SubmitOptions.defaults().withJobId(JOB))
                .orThrow();
    }

    private static void knock(MirrorNeuron mn, int n) {
        mn.jobs().send(JOB, Workflows.DOOR, Message.of("knock", JsonNumber.of(n)));
    }

    @Test
    void every_reader_sees_each_event_once_and_in_order() throws Exception {
        int messages = 200 * Race.SCALE;
        try (var mn = open()) {
            submit(mn, messages);
            Race.of(
                    4,
                    (lane, _) -> {
                        for (int n = 0; lane == 0 && n < messages; n++) {
                            knock(mn, n);
                        }
                        var numbers = new ArrayList<Long>();
                        try (var events = mn.jobs().follow(JOB, FollowOptions.fromStart())) {
                            while (events.endReason() == EndReason.OPEN) {
                                events.next(LONG)
                                        .ifPresent(e -> numbers.add(e.sequence().orElse(0)));
                            }
                            assertThat(events.endReason()).isEqualTo(EndReason.TERMINAL_EVENT);
                        }
                        assertThat(numbers)
                                .hasSizeGreaterThan(messages)
                                .isEqualTo(
                                        LongStream.rangeClosed(1, numbers.size()).boxed().toList());
                    });
        }
    }

    @Test
    void a_reader_that_waits_is_woken_by_whoever_closes_its_stream() throws Exception {
        try (var mn = open()) {
            submit(mn, 1);
            for (int round = 0; round < 100 * Race.SCALE; round++) {
                try (var events = mn.jobs().follow(JOB, FollowOptions.fromStart())) {
                    Race.of(
                            2,
                            (lane, _) -> {
                                if (lane == 0) {
                                    events.close();
                                    return;
                                }
                                while (events.endReason() == EndReason.OPEN) {
                                    var unused = events.next(Duration.ofDays(1));
                                }
                                assertThat(events.endReason()).isEqualTo(EndReason.CLOSED);
                            });
                }
            }
        }
    }
}
