package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that embeds the product, killed again and again on one home: with a signal that it
 * cannot see at random moments, and from inside at each {@link CrashPoint}.
 */
@Tag("slow")
class CrashSuite {

    private static final int KILLS_OF_BUILD = 50;
    private static final int KILLS_OF_SLICE = 200;

    /** Of so many kills each point is one, some come while a process starts, the rest at random. */
    private static final int KILLS_OF_ROUND = 50;

    private static final int EARLY_OF_ROUND = 6;

    /** What each life is told to submit; the first of them are most likely to be acknowledged. */
    private static final List<String> BATCH =
            List.of("sweep", "relay", "flaky", "pong", "stream", "chain", "report", "relay");

    /** Every so many lives a job comes that is large enough for snapshots while it works. */
    private static final int BULK_EVERY = 25;

    private static final int LIFE_MS_MAX = 900;

    /** A point that is not reached so long is tried again later. */
    private static final int POINT_MS_MAX = 6_000;

    private static final long WAIT_SECONDS_MAX = 60;

    private @Nullable DriverLife current;

    @AfterEach
    void leave_no_process_behind() throws Exception {
        if (current != null) {
            current.kill();
        }
    }

    @Test
    void acknowledged_work_outlives_kills_at_any_moment_and_is_done_once(@TempDir Path folder)
            throws Exception {
        var slices = new ArrayList<Path>();
        CrashCount.of("crash", KILLS_OF_BUILD, KILLS_OF_SLICE)
                .prove(
                        (kills, random) -> {
                            slices.add(folder.resolve("slice-" + slices.size()));
                            var place = DriverLife.Place.make(slices.getLast());
                            return new Lives(place, kills, random).slice();
                        });
    }

    /** The lives of one home. */
    private final class Lives {

        private final DriverLife.Place place;
        private final int kills;
        private final Random random;
        private final Convergence told = new Convergence();
        private final Map<CrashPoint, Integer> died = new EnumMap<>(CrashPoint.class);
        private long worstRecoveryMs;
        private Set<Long> orphans = Set.of();
        private int number;
        private int killed;

        Lives(DriverLife.Place place, int kills, Random random) {
            this.place = place;
            this.kills = kills;
            this.random = random;
        }

        CrashCount.Slice slice() throws Exception {
            var plan = plan();
            for (int kill = 1; kill <= kills || !plan.isEmpty(); kill++) {
                if (kill == kills * 2 / 3) {
                    Files.createFile(place.mended());
                }
                var end = Optional.ofNullable(plan.poll()).orElse(new End.AnyTime());
                if (!lived(end, kill)) {
                    // Not reached this time: it was a kill at some moment, and is tried again.
                    plan.add(end);
                    assertThat(kill).as("lives, to reach %s", plan).isLessThan(2 * kills + 20);
                }
            }
            return audited();
        }

        /** When each process is to die; every point is there once in each round. */
        private Deque<End> plan() {
            var plan = new ArrayDeque<End>();
            while (plan.size() < kills) {
                // The first life has to leave some work for those that die while they recover.
                plan.add(new End.AnyTime());
                var round = new ArrayList<End>();
                CrashPoint.OF_WORK.forEach(
                        point -> round.add(new End.At(point, 1 + random.nextInt(point.times))));
                for (int early = 0; early < EARLY_OF_ROUND; early++) {
                    round.add(new End.Starting());
                }
                while (round.size() < KILLS_OF_ROUND - 1) {
                    round.add(new End.AnyTime());
                }
                Collections.shuffle(round, random);
                plan.addAll(round);
            }
            while (plan.size() > kills) {
                plan.removeLast();
            }
            return plan;
        }

        /** Lives until that end; false when a point was not reached, and the life ended anyway. */
        private boolean lived(End end, int kill) throws Exception {
            var options =
                    end instanceof End.At(var point, var time)
                            ? List.of(point.option(time))
                            : List.<String>of();
            var life = begin(options);
            if (!(end instanceof End.Starting)) {
                life.opened().ifPresent(took -> work(life, took, kill));
            }
            boolean reached =
                    switch (end) {
                        case End.Starting _ -> killed(life, random.nextInt(900));
                        case End.AnyTime _ -> killed(life, 20 + random.nextInt(LIFE_MS_MAX));
                        case End.At(var point, _) -> diedAt(life, point);
                    };
            killed++;
            orphans = Set.copyOf(Product.processesBelow(place.folder()));
            told.heard(life.rest());
            return reached;
        }

        private DriverLife begin(List<String> options) throws Exception {
            var life = DriverLife.begin(place, options, Map.of());
            current = life;
            return life;
        }

        private void work(DriverLife life, long tookMs, int kill) {
            worstRecoveryMs = Math.max(worstRecoveryMs, tookMs);
            assertThat(Product.left(orphans))
                    .as("workers of the killed process after the next one is open")
                    .isEmpty();
            told.submitAgain(life);
            if (kill % BULK_EVERY == 1) {
                told.submit(life, JobId.of("bulk-" + number++));
            }
            BATCH.forEach(kind -> told.submit(life, JobId.of(kind + "-" + number++)));
            if (kill > kills * 2 / 3) {
                life.tell("replay");
            }
        }

        private boolean killed(DriverLife life, int delayMs) throws Exception {
            life.rest(delayMs);
            life.kill();
            return true;
        }

        private boolean diedAt(DriverLife life, CrashPoint point) throws Exception {
            if (!life.endedWithin(POINT_MS_MAX)) {
                life.kill();
                return false;
            }
            assertThat(life.process.exitValue())
                    .as("the end at %s\n%s", point, place.said())
                    .isEqualTo(CrashAgent.DIED_HERE);
            died.merge(point, 1, Integer::sum);
            return true;
        }

        private CrashCount.Slice audited() throws Exception {
            var last = begin(List.of());
            last.opened().ifPresent(took -> worstRecoveryMs = Math.max(worstRecoveryMs, took));
            told.submitAgain(last);
            var settled = told.settle(last, place);
            last.close();
            if (kills >= KILLS_OF_ROUND) {
                assertThat(died.keySet()).as("reached").containsAll(CrashPoint.OF_WORK);
            }
            assertThat(Product.processesBelow(place.folder())).as("orphans").isEmpty();
            assertThat(told.acknowledged).as("acknowledged").hasSizeGreaterThan(kills * 3);
            return new Audit(place, told, settled)
                    .slice(
                            killed,
                            worstRecoveryMs,
                            Map.of(
                                    "at_points",
                                    died.values().stream().mapToLong(it -> it).sum(),
                                    "unfinished",
                                    (long) settled.unfinished(),
                                    "worst_settle_ms",
                                    settled.tookMs()));
        }
    }

    /** When a process dies. */
    private sealed interface End {

        /** While it starts; nobody can have been told anything then. */
        record Starting() implements End {}

        record AnyTime() implements End {}

        record At(CrashPoint point, int time) implements End {}
    }

    @Test
    void an_open_gate_outlives_kills_and_an_answer_counts_once(@TempDir Path folder)
            throws Exception {
        var place = DriverLife.Place.make(folder.resolve("gated"));
        var id = JobId.of("gated-1");

        var life = open(place);
        life.tell("submit " + id);
        assertThat(life.next()).contains("ack " + id);
        var open = gateOf(life, id);
        assertThat(open).matches("gate draft:gate:1 open \\S+Z -");
        life.kill();

        for (int kill = 0; kill < 2; kill++) {
            life = open(place);
            assertThat(gateOf(life, id)).as("the gate after the kill").isEqualTo(open);
            if (kill == 0) {
                life.kill();
            }
        }
        life.tell("decide gated-1 draft:gate:1 d-1 approve");
        assertThat(life.next()).contains("decided applied");
        life.kill();

        life = open(place);
        assertThat(gateOf(life, id)).contains(" answered ").endsWith(" d-1");
        life.tell("decide gated-1 draft:gate:1 d-1 approve");
        assertThat(life.next()).contains("decided unchanged");
        life.tell("decide gated-1 draft:gate:1 d-1 reject");
        assertThat(life.next()).contains("decided refused");
        life.tell("decide gated-1 draft:gate:1 d-2 approve");
        assertThat(life.next()).contains("decided refused");

        var told = new Convergence();
        told.acknowledged.add(id);
        assertThat(told.settle(life, place).jobs())
                .containsExactly(
                        Map.entry(
                                id,
                                new Convergence.Found(
                                        "completed", 0, Json.parse("{\"by\":\"publish\"}"))));
        // A set: the command that a kill interrupts may run twice, and may count once only.
        assertThat(Outcomes.effects(place.effects()).get(id)).hasSize(2);
        life.close();
        assertThat(Product.processesBelow(folder)).isEmpty();
    }

    private DriverLife open(DriverLife.Place place) throws Exception {
        var life = DriverLife.begin(place);
        current = life;
        assertThat(life.opened()).as(place.said()).isPresent();
        return life;
    }

    /** The job's one gate, once the job has come to it. */
    private static String gateOf(DriverLife life, JobId id) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (System.nanoTime() < deadline) {
            life.tell("gates " + id);
            var gates = life.until("gates-done");
            if (!gates.isEmpty()) {
                assertThat(gates).hasSize(1);
                return gates.getFirst();
            }
            life.rest(50);
        }
        throw new AssertionError("job " + id + " came to no gate");
    }
}
