package mirrorneuron.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A simulation that finds nothing proves nothing: each planted bug here must be found within a few
 * seeds, and by the oracle that is there for it.
 */
class SimulationCanaryTest {

    private static final int SEEDS = 150;
    private static final Logger JOBS = (Logger) LoggerFactory.getLogger("mirrorneuron.runtime.job");

    @BeforeAll
    static void quiet() {
        JOBS.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        JOBS.setLevel(null);
    }

    @Test
    void a_store_that_loses_an_acknowledged_commit() {
        isFound(Sabotages.storeLosesCommits(), "before that was durable");
    }

    @Test
    void effects_that_are_released_before_the_commit() {
        isFound(Sabotages.storeAnswersFirst(), "before that was durable");
    }

    @Test
    void an_acknowledged_message_that_is_not_durable() {
        isFound(Sabotages.storeLosesCommits(), "was acknowledged and is not durable");
    }

    @Test
    void a_message_that_is_handled_twice() {
        isFound(Sabotages.storeDoublesFacts(), "handled or dead-lettered twice");
    }

    @Test
    void dead_letters_that_get_lost() {
        isFound(Sabotages.storeLosesDeadLetters(), "is stuck");
    }

    @Test
    void a_submission_that_counts_twice() {
        isFound(Sabotages.storeForgetsKeys(), "was submitted once and made");
    }

    @Test
    void a_log_that_loses_its_tail() {
        isFound(Sabotages.storeForgetsTheTail(), "is stuck");
    }

    @Test
    void an_unsafe_command_that_is_repeated_without_a_word() {
        isFound(Sabotages.everythingPassesForSafe(), "went on by itself");
    }

    @Test
    void a_grant_that_gets_lost() {
        isFound(Sabotages.grantsGetLost(), "is stuck");
    }

    @Test
    void a_line_that_counts_twice() {
        isFound(Sabotages.linesCountTwice(), "in order");
    }

    @Test
    void a_stale_result_that_counts() {
        isFound(Sabotages.staleResultsCount(), "squares:");
    }

    @Test
    void a_command_that_starts_without_slots() {
        isFound(Sabotages.slotsAreGivenBackEarly(), "started without a lease");
    }

    @Test
    void slots_that_are_never_given_back() {
        isFound(Sabotages.slotsAreKept(), "left over");
    }

    @Test
    void a_job_that_waits_for_a_timer_for_ever() {
        isFound(Sabotages.timersAreSilent(), "is stuck");
    }

    @Test
    void an_explanation_that_names_another_cause() {
        isFound(Sabotages.everythingWaitsForSlots(), "explained by waiting_for_lease");
    }

    @Test
    void chance_that_does_not_come_from_the_seed() {
        var hashes = new ArrayList<Long>();
        for (int i = 0; i < 3; i++) {
            for (long seed = 1; seed <= 10; seed++) {
                hashes.add(new World(seed, Sabotages.chanceWithoutSeed(), false).run().traceHash());
            }
        }

        assertThat(hashes.subList(0, 10)).isNotEqualTo(hashes.subList(10, 20));
    }

    private static void isFound(Sabotage sabotage, String violation) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            var found = new World(seed, sabotage, false).run().violations();
            if (found.stream().anyMatch(what -> what.contains(violation))) {
                return;
            }
        }
        throw new AssertionError(
                "none of " + SEEDS + " seeds found it (expected: \"" + violation + "\")");
    }
}
