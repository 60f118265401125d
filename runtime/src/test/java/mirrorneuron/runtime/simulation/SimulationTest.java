package mirrorneuron.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** So many go to every place at which something can fail; fewer prove less, and may. */
    private static final int SEEDS_FOR_ALL = 300;

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

    /** Every place at which the machine can fail. */
    private static final Set<String> POINTS =
            Stream.of(
                            Disk.KINDS.stream()
                                    .flatMap(
                                            kind ->
                                                    Stream.of("lost ", "torn ", "kept ", "refused ")
                                                            .map(end -> end + kind)),
                            Stream.of("create", "commit", "commit with snapshot")
                                    .flatMap(
                                            kind ->
                                                    Stream.of(
                                                            "refused and kept " + kind,
                                                            "refused and gone " + kind)),
                            Stream.of(
                                    "dies between two tasks",
                                    "the clock is set back",
                                    "the clock is set forward"))
                    .flatMap(points -> points)
                    .collect(Collectors.toSet());

    /**
     * Every way that a job takes here, in the few seeds of a build as well. The engine's own specs
     * know more: into the queue that is not there yet, and what only a refusal of the runtime
     * itself leads to.
     */
    private static final Set<String> TRANSITIONS =
            Set.of(
                    "pending → running",
                    "running → pausing",
                    "running → paused",
                    "running → cancelling",
                    "running → completed",
                    "running → failed",
                    "pausing → paused",
                    "pausing → cancelling",
                    "pausing → failed",
                    "paused → running",
                    "paused → cancelling",
                    "cancelling → cancelled");

    /** Ways that take so much coming together that only thousands of seeds find them. */
    private static final Set<String> RARE_TRANSITIONS =
            Set.of("pausing → completed", "paused → failed");

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
        long begunNanos = System.nanoTime();
        var counters = Counters.NONE;
        long traces = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            var outcome = new World(seed, Sabotage.NONE, false).run();
            report(outcome);
            counters = counters.plus(outcome.counters());
            traces = 31 * traces + outcome.traceHash();
        }
        long elapsedMs = (System.nanoTime() - begunNanos) / 1_000_000;
        System.out.println(counters);
        var visited = counters.visited();
        System.out.println(
                "proof: simulator seeds=%d crashes=%d jobs=%d times_real_time=%d fault_points=%s job_transitions=%s rare_transitions=%s fact_kinds=%d traces=%016x violations=0"
                        .formatted(
                                counters.seeds(),
                                counters.crashes(),
                                counters.jobs(),
                                counters.virtualMs() / Math.max(1, elapsedMs),
                                share(visited, "fault: ", POINTS),
                                share(visited, "job: ", TRANSITIONS),
                                share(visited, "job: ", RARE_TRANSITIONS),
                                cells(visited, "fact: ").size(),
                                traces));
        if (SEEDS < SEEDS_FOR_ALL) {
            return;
        }
        assertThat(counters.explained().keySet()).containsExactlyInAnyOrderElementsOf(INJECTED);
        assertThat(cells(visited, "fault: ")).containsExactlyInAnyOrderElementsOf(POINTS);
        var ways = cells(visited, "job: ");
        assertThat(ways).containsAll(TRANSITIONS);
        ways.removeAll(RARE_TRANSITIONS);
        assertThat(ways).containsExactlyInAnyOrderElementsOf(TRANSITIONS);
    }

    private static Set<String> cells(Map<String, Long> visited, String table) {
        return visited.keySet().stream()
                .filter(cell -> cell.startsWith(table))
                .map(cell -> cell.substring(table.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String share(Map<String, Long> visited, String table, Set<String> all) {
        var seen = cells(visited, table);
        seen.retainAll(all);
        return seen.size() + "/" + all.size();
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
