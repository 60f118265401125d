package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.JobId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that stands still, a clock that jumps, a disk that is slow: nothing is done twice. */
@Tag("slow")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultSuite {

    private static final List<String> BATCH =
            List.of("sweep", "relay", "beating", "patient", "chain", "stream", "flaky", "pong");

    /** Few commits one after the other, for what makes each of them slow. */
    private static final List<String> SHORT = List.of("relay", "report", "sweep", "flaky");

    /** The library that moves the clock makes everything slow, too. */
    private static final List<String> TIMED = List.of("relay", "patient", "beating", "flaky");

    /** Longer than a worker of {@code beating} may be silent. */
    private static final int STOPPED_MS = 2 * Shapes.SILENCE_MS_MAX;

    private static final long EVENT_SECONDS_MAX = 30;
    private static final int CLOCK_READ_MS = 1_100;
    private static final int SYNC_MS = 100;
    private static final int KILLS_ON_SLOW_DISK = 3;

    @TempDir Path folder;

    private final Random random = new Random();
    private final Convergence told = new Convergence();
    private @Nullable DriverLife current;
    private int number;

    @AfterEach
    void leave_no_process_behind() throws Exception {
        if (current != null) {
            // One that stands still dies of this as well.
            current.kill();
        }
    }

    @Test
    void a_process_that_is_stopped_longer_than_silence_is_borne_goes_on_where_it_was()
            throws Exception {
        var place = place();
        var life = open(place, List.of(), Map.of());
        int stops = 0;
        for (; stops < 2; stops++) {
            submit(life, BATCH);
            life.rest(200 + random.nextInt(600));
            signal("STOP", List.of(life.process.pid()));
            life.rest(STOPPED_MS); // the fault itself
            signal("CONT", List.of(life.process.pid()));
        }
        assertEndsWell("fault-stopped-process", life, place, Map.of("stops", (long) stops));
        assertThat(repeated(place)).as("commands that ran twice").isEmpty();
    }

    @Test
    void workers_that_are_stopped_for_a_while_go_on_where_they_were() throws Exception {
        var place = place();
        var life = open(place, List.of(), Map.of());
        submit(life, BATCH);
        long stopped = 0;
        for (int stop = 0; stop < 5; stop++) {
            life.rest(100 + random.nextInt(200));
            var workers = Product.processesBelow(place.folder());
            signal("STOP", workers);
            life.rest(Shapes.SILENCE_MS_MAX / 3);
            signal("CONT", workers);
            stopped += workers.size();
        }
        assertThat(stopped).as("workers").isPositive();
        assertEndsWell("fault-stopped-workers", life, place, Map.of("stopped", stopped));
        assertThat(repeated(place)).as("commands that ran twice").isEmpty();
    }

    @Test
    void a_clock_that_jumps_an_hour_and_back_repeats_nothing() throws Exception {
        var place = place();
        var life = openWithClock(place);
        for (var jump : List.of("+3600", "+0", "-3600", "+0")) {
            submit(life, TIMED);
            life.rest(200 + random.nextInt(400));
            setClock(life, jump);
        }
        assertEndsWell("fault-clock", life, place, Map.of("jumps", 4L));
        assertThat(repeated(place)).as("commands that ran twice").isEmpty();
    }

    @Test
    void a_retry_that_waits_is_not_put_off_when_the_clock_is_set_back() throws Exception {
        var place = place();
        var life = openWithClock(place);
        told.submit(life, JobId.of("patient-0"));
        awaitEvent(life, place, JobId.of("patient-0"), "executor_retry_scheduled");
        setClock(life, "-3600");
        assertEndsWell("fault-clock-back", life, place, Map.of("jumps", 1L));
    }

    private DriverLife openWithClock(DriverLife.Place place) throws Exception {
        var library = fakeTime();
        assumeTrue(library.isPresent(), "libfaketime is not there (Debian package faketime)");
        Files.writeString(clock(), "+0\n");
        return open(
                place,
                List.of(),
                Map.of(
                        "LD_PRELOAD", library.orElseThrow().toString(),
                        "FAKETIME_TIMESTAMP_FILE", clock().toString(),
                        "FAKETIME_CACHE_DURATION", "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                        "NO_FAKE_STAT", "1"));
    }

    private Path clock() {
        return folder.resolve("clock");
    }

    /**
     * @param from seconds ahead of the real one, with a sign
     */
    private void setClock(DriverLife life, String from) throws Exception {
        Files.writeString(clock(), from + "\n");
        life.rest(CLOCK_READ_MS); // the library looks at the file once a second
    }

    @Test
    void a_slow_disk_makes_jobs_slow_and_nothing_else() throws Exception {
        var place = place();
        var slow = List.of(CrashPoint.slowDisk(SYNC_MS));
        for (int kill = 0; kill < KILLS_ON_SLOW_DISK; kill++) {
            var life = open(place, slow, Map.of());
            told.submitAgain(life);
            submit(life, SHORT);
            life.rest(500 + random.nextInt(1_000));
            life.kill();
            told.heard(life.rest());
        }
        var last = open(place, slow, Map.of());
        told.submitAgain(last);
        assertEndsWell("fault-slow-disk", last, place, Map.of("sync_ms", (long) SYNC_MS));
    }

    private DriverLife.Place place() throws IOException {
        var place = DriverLife.Place.make(folder.resolve("place"));
        Files.createFile(place.mended());
        return place;
    }

    private DriverLife open(
            DriverLife.Place place, List<String> options, Map<String, String> variables)
            throws Exception {
        var life = DriverLife.begin(place, options, variables);
        current = life;
        assertThat(life.opened()).as(place.said()).isPresent();
        return life;
    }

    private void submit(DriverLife life, List<String> kinds) {
        kinds.forEach(kind -> told.submit(life, JobId.of(kind + "-" + number++)));
    }

    private void assertEndsWell(
            String proof, DriverLife life, DriverLife.Place place, Map<String, Long> more)
            throws Exception {
        var settled = told.settle(life, place);
        life.close();
        assertThat(Product.processesBelow(place.folder())).as("orphans").isEmpty();
        var counts = new TreeMap<>(more);
        counts.put("worst_settle_ms", settled.tookMs());
        CrashCount.report(proof, new Audit(place, told, settled).slice(0, 0, counts));
    }

    /** Waits until the run of a job tells of an event. */
    private static void awaitEvent(DriverLife life, DriverLife.Place place, JobId id, String type)
            throws Exception {
        var run = place.home().resolve("runs").resolve(id.value());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(EVENT_SECONDS_MAX);
        while (!Files.exists(run.resolve("events.jsonl"))
                || RunFiles.lines(run, "events").stream().noneMatch(it -> Ledger.is(it, type))) {
            assertThat(System.nanoTime()).as("no event " + type).isLessThan(deadline);
            life.rest(20);
        }
    }

    /** What commands noted twice. No process died, so none had a reason to run again. */
    private static List<String> repeated(DriverLife.Place place) throws IOException {
        var seen = new HashSet<String>();
        return Files.readAllLines(place.effects()).stream()
                .filter(line -> !seen.add(line))
                .toList();
    }

    private static void signal(String name, Collection<Long> processes) throws Exception {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(pid -> command.add(Long.toString(pid)));
        if (!processes.isEmpty()) {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    private static Optional<Path> fakeTime() throws IOException {
        try (var architectures = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
            for (var architecture : architectures) {
                var library = architecture.resolve("faketime/libfaketimeMT.so.1");
                if (Files.exists(library)) {
                    return Optional.of(library);
                }
            }
        }
        return Optional.empty();
    }
}
