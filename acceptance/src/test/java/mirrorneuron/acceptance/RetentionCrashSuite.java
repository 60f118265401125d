package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mirrorneuron.api.JobId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A home that keeps ended jobs for a second, killed while it deletes them: a job is there whole or
 * gone whole, and so is its run.
 */
@Tag("slow")
class RetentionCrashSuite {

    private static final int KILLS_OF_BUILD = CrashPoint.OF_RETENTION.size();
    private static final int KILLS_OF_SLICE = 40;
    private static final List<String> BATCH = List.of("relay", "report", "relay", "relay");
    private static final long POINT_MS_MAX = 20_000;
    private static final long GONE_SECONDS_MAX = 60;

    private static final Map<String, String> SHORT_KEPT =
            Map.of(
                    "MN_TERMINAL_JOB_TTL_SECONDS", "1",
                    "MN_RETENTION_GC_INTERVAL_MS", "200",
                    "MN_RUN_RETENTION_DAYS", "1");

    private @Nullable DriverLife current;

    @AfterEach
    void leave_no_process_behind() throws Exception {
        if (current != null) {
            current.kill();
        }
    }

    @Test
    void what_is_deleted_is_deleted_whole_whenever_the_process_dies(@TempDir Path folder)
            throws Exception {
        var slices = new ArrayList<Path>();
        CrashCount.of("crash-retention", KILLS_OF_BUILD, KILLS_OF_SLICE)
                .prove(
                        (kills, random) -> {
                            slices.add(folder.resolve("slice-" + slices.size()));
                            return slice(DriverLife.Place.make(slices.getLast()), kills, random);
                        });
    }

    private CrashCount.Slice slice(DriverLife.Place place, int kills, Random random)
            throws Exception {
        var told = new Convergence();
        var old = new HashSet<String>();
        var wrong = new ArrayList<String>();
        int number = 0;
        long worstRecoveryMs = 0;
        for (int kill = 0; kill < kills; kill++) {
            var points = CrashPoint.OF_RETENTION;
            var point = points.get(kill % points.size());
            if (point == CrashPoint.RUN_RENAMED && aged(place).isEmpty()) {
                old.addAll(oneComplete(place, told, JobId.of("relay-" + number++)));
            }
            var life = begin(place, List.of(point.option(1 + random.nextInt(point.times))));
            var took = life.opened();
            if (took.isPresent()) {
                worstRecoveryMs = Math.max(worstRecoveryMs, took.get());
                told.submitAgain(life);
                for (var kind : BATCH) {
                    told.submit(life, JobId.of(kind + "-" + number++));
                }
            }
            assertThat(life.endedWithin(POINT_MS_MAX)).as(point + " was not reached").isTrue();
            assertThat(life.process.exitValue())
                    .as("the end at %s\n%s", point, place.said())
                    .isEqualTo(CrashAgent.DIED_HERE);
            told.heard(life.rest());
            // The runs that are complete now are two days old when the next process begins.
            for (var name : aged(place)) {
                old.add(name);
                problem(place, name).ifPresent(wrong::add);
            }
        }
        var last = begin(place, List.of());
        worstRecoveryMs = Math.max(worstRecoveryMs, last.opened().orElseThrow());
        told.submitAgain(last);
        var left = leftOver(last, place, told);
        last.close();

        var effects = Outcomes.effects(place.effects());
        for (var id : told.acknowledged) {
            int done = effects.getOrDefault(id, Set.of()).size();
            if (done != Outcomes.commands(id)) {
                wrong.add(id + ": " + done + " effects");
            }
            // The run of an old job is written again when the job's log goes after it.
            if (!old.contains(id.value()) || Files.exists(run(place, id.value()))) {
                problem(place, id.value()).ifPresent(wrong::add);
            }
        }
        assertThat(old).as("old runs").isNotEmpty();
        return new CrashCount.Slice(
                kills,
                told.acknowledged.size(),
                0,
                wrong.size(),
                left.size(),
                worstRecoveryMs,
                Map.of("old_runs", (long) old.size()),
                Stream.concat(wrong.stream(), left.stream()).toList());
    }

    private DriverLife begin(DriverLife.Place place, List<String> options) throws IOException {
        var life = DriverLife.begin(place, options, SHORT_KEPT);
        current = life;
        return life;
    }

    /** A life in which nothing dies, so that there is a run that can go. */
    private Set<String> oneComplete(DriverLife.Place place, Convergence told, JobId job)
            throws Exception {
        var life = begin(place, List.of());
        assertThat(life.opened()).as("opened\n" + place.said()).isPresent();
        told.submitAgain(life);
        told.submit(life, job);
        // A job that is gone has left its run; it is new, so this life does not delete it.
        assertThat(leftOver(life, place, told)).isEmpty();
        life.close();
        return aged(place);
    }

    private static Path run(DriverLife.Place place, String name) {
        return place.home().resolve("runs").resolve(name);
    }

    private static Optional<String> problem(DriverLife.Place place, String name)
            throws IOException {
        return RunFiles.problem(run(place, name), "job_completed");
    }

    /** Lets complete runs look old; returns their names. */
    private static Set<String> aged(DriverLife.Place place) throws IOException {
        var before = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        var aged = new TreeSet<String>();
        for (var name : Installed.names(place.home().resolve("runs"))) {
            var run = run(place, name);
            var position = run.resolve(".recording.json");
            if (!isGoing(name)
                    && Files.exists(position)
                    && RunFiles.document(run, ".recording.json").bool("closed").orElse(false)) {
                Files.setLastModifiedTime(position, before);
                aged.add(name);
            }
        }
        return aged;
    }

    /** True for what is no run any more. */
    private static boolean isGoing(String name) {
        return name.startsWith(".deleted-");
    }

    /**
     * Waits until every job has ended and is gone, and what dead processes left of runs; returns
     * what stays.
     */
    private static List<String> leftOver(DriverLife life, DriverLife.Place place, Convergence told)
            throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GONE_SECONDS_MAX);
        while (true) {
            var left = new ArrayList<String>();
            told.list(life).forEach((id, job) -> left.add("stays: " + id + ": " + job));
            told.unanswered.forEach(id -> left.add(id + ": never answered"));
            Installed.names(place.home().resolve("runs")).stream()
                    .filter(RetentionCrashSuite::isGoing)
                    .forEach(name -> left.add("stays: " + name));
            if (left.isEmpty() || System.nanoTime() > deadline) {
                return left;
            }
            life.rest(100);
        }
    }
}
