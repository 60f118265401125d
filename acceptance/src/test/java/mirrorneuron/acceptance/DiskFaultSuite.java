package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.JobId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A home whose disk is full, or cannot be written any more, while jobs work. */
@Tag("slow")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskFaultSuite {

    /** Each start of the store takes some 20 MiB ahead of its log, which a kill leaves taken. */
    private static final int DISK_MIB = 400;

    private static final long REFUSED_SECONDS_MAX = 30;

    /** The mill is at work all the time; the others come and go. */
    private static final List<String> BATCH =
            List.of("mill", "sweep", "relay", "chain", "report", "stream", "pong", "bulk");

    @TempDir Path folder;

    private final Convergence told = new Convergence();
    private @Nullable DriverLife current;
    private int number;

    @AfterEach
    void leave_no_process_behind() throws Exception {
        if (current != null) {
            current.kill();
        }
    }

    @Test
    void a_full_disk_refuses_new_work_and_everything_goes_on_when_there_is_room() throws Exception {
        var place = DriverLife.Place.make(folder.resolve("full"));
        try (var disk = SmallDisk.inMemory(place.home(), DISK_MIB)) {
            var life = open(place);
            submitBatch(life);
            told.awaitAnswers(life);
            // A command that waited for a slot meanwhile would find no room for its files, and its
            // author allows it no second try.
            assertThat(told.settle(life, place).stuck()).isEmpty();
            disk.fill();
            awaitRefusal(life, "No space left on device");
            disk.makeRoom();
            told.submitAgain(life);
            submitBatch(life);
            told.awaitAnswers(life);
            // Runs are complete, too, although they could not be written for a while.
            assertThat(told.settle(life, place).stuck()).isEmpty();

            disk.fill();
            awaitRefusal(life, "No space left on device");
            life.kill();
            told.heard(life.rest());
            var refused = DriverLife.begin(place);
            current = refused;
            boolean started = refused.opened().isPresent();
            if (!started) {
                assertThat(place.said()).contains("free space or mend the disk");
            }
            refused.kill();
            disk.makeRoom();
            assertEndsWell("fault-full-disk", place);
        }
    }

    @Test
    void a_disk_that_cannot_be_written_any_more_refuses_new_work_and_loses_nothing()
            throws Exception {
        var place = DriverLife.Place.make(folder.resolve("read-only"));
        var image = folder.resolve("image");
        try (var disk = SmallDisk.ofImage(image, place.home(), DISK_MIB)) {
            var life = open(place);
            submitBatch(life);
            told.awaitAnswers(life);
            disk.becomeReadOnly();
            awaitRefusal(life, "Read-only file system");
            life.kill();
            told.heard(life.rest());
            var refused = DriverLife.begin(place);
            current = refused;
            assertThat(refused.opened()).as("a start on a disk that cannot be written").isEmpty();
            assertThat(place.said()).contains("Read-only file system");
        }
        try (var _ = SmallDisk.ofImage(image, place.home(), DISK_MIB)) {
            assertEndsWell("fault-read-only-disk", place);
        }
    }

    private DriverLife open(DriverLife.Place place) throws Exception {
        var life = DriverLife.begin(place);
        current = life;
        assertThat(life.opened()).as(place.said()).isPresent();
        return life;
    }

    private void submitBatch(DriverLife life) {
        BATCH.forEach(kind -> told.submit(life, JobId.of(kind + "-" + number++)));
    }

    /**
     * Asks for one job again and again until it cannot be done for that cause. Who was at writing
     * when the disk went away is told that this write failed, and only the next one why.
     */
    private void awaitRefusal(DriverLife life, String cause) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(REFUSED_SECONDS_MAX);
        told.refusals.clear();
        while (told.refusals.stream().noneMatch(refusal -> refusal.contains(cause))) {
            assertThat(System.nanoTime())
                    .as("nothing was refused for this cause: %s", told.refusals)
                    .isLessThan(deadline);
            told.submit(life, JobId.of("bulk-" + number++));
            told.heard(List.of(life.next().orElseThrow()));
        }
        assertThat(told.refusals)
                .allSatisfy(
                        refusal ->
                                assertThat(refusal)
                                        .startsWith("Expected to write to ")
                                        .containsAnyOf(cause, "Input/output error")
                                        .contains("free space or mend the disk"));
    }

    private void assertEndsWell(String proof, DriverLife.Place place) throws Exception {
        var last = DriverLife.begin(place);
        current = last;
        var took = last.opened();
        assertThat(took).as(place.said()).isPresent();
        told.submitAgain(last);
        var settled = told.settle(last, place);
        last.close();
        CrashCount.report(
                proof,
                new Audit(place, told, settled)
                        .slice(1, took.orElseThrow(), Map.of("refused", (long) number)));
    }
}
