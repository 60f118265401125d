package mirrorneuron.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Whatever goes wrong, every acknowledged job comes to its known end, exactly.
 *
 * <p>{@code -Dmn.simulate.seeds=N} runs more or fewer seeds, {@code -Dmn.simulate.seed=S} runs one
 * and prints all it did.
 */
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("mn.simulate.seeds", 300);
    private static final long ONE = Long.getLong("mn.simulate.seed", -1);

    /** Every so many seeds are run twice. */
    private static final int TWICE_EVERY = 10;

    /** Everything that holds a job up here, by the word that {@code explain} has for it. */
    private static final Set<String> INJECTED =
            Set.of(
                    "working",
                    "waiting_for_lease",
                    "waiting_for_retry",
                    "waiting_for_person",
                    "paused",
                    "paused_for_review");

    private static final Logger JOBS = (Logger) LoggerFactory.getLogger("mirrorneuron.runtime.job");

    /** Crashes are what this is about; the runtime's log of each would only hide a finding. */
    @BeforeAll
    static void quiet() {
        JOBS.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        JOBS.setLevel(null);
    }

    @Test
    void every_acknowledged_job_comes_to_its_exact_end_whatever_goes_wrong() {
        if (ONE >= 0) {
            report(new World(ONE, Sabotage.NONE, true).run());
            return;
        }
        var counters = Counters.NONE;
        for (long seed = 1; seed <= SEEDS; seed++) {
            var outcome = new World(seed, Sabotage.NONE, false).run();
            report(outcome);
            counters = counters.plus(outcome.counters());
        }
        System.out.println(counters);
        assertThat(counters.explained().keySet()).containsExactlyInAnyOrderElementsOf(INJECTED);
    }

    private static void report(World.Outcome outcome) {
        if (!outcome.violations().isEmpty()) {
            fail(
                    "seed: "
                            + outcome.seed()
                            + " (again with -Dmn.simulate.seed="
                            + outcome.seed()
                            + ")\n"
                            + String.join("\n", outcome.violations())
                            + "\n\nthe last of what happened:\n"
                            + String.join("\n", outcome.lastLines()));
        }
    }

    @Test
    void the_same_seed_gives_the_same_run() {
        for (long seed = 1; seed <= SEEDS; seed += TWICE_EVERY) {
            var once = new World(seed, Sabotage.NONE, false).run();
            var again = new World(seed, Sabotage.NONE, false).run();

            assertThat(again.traceHash()).as("trace of seed: %d", seed).isEqualTo(once.traceHash());
        }
    }
}
