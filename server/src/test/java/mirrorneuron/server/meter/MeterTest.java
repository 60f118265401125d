package mirrorneuron.server.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;

/** Counters that many threads count with. */
class MeterTest {

    @Test
    void nothing_that_was_counted_is_lost() throws Exception {
        for (int round = 0; round < 50 * Race.SCALE; round++) {
            var meter = new Meter<Integer, Integer>(Comparator.naturalOrder());
            int kinds = 200;
            Race.of(
                    4,
                    (lane, chance) -> {
                        for (int kind = 0; kind < kinds; kind++) {
                            meter.ended(kind, 0);
                            meter.took(kind, chance.nextInt(1_000_000));
                            meter.streamOpened();
                            if (lane % 2 == 0) {
                                meter.streamClosed();
                            }
                        }
                    });
            assertThat(meter.counts()).hasSize(kinds).allMatch(row -> row.getValue() == 4);
            assertThat(meter.durations())
                    .hasSize(kinds)
                    .allMatch(row -> row.getValue().count() == 4);
            assertThat(meter.openStreams()).isEqualTo(2L * kinds);
        }
    }
}
