package mirrorneuron.store.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.store.Commit;
import mirrorneuron.store.StoreException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed with a signal that it cannot see. */
@Timeout(120)
class KillTest {

    private static final int ROUNDS = 3;
    private static final int ACKNOWLEDGED_PER_ROUND = 3_000;

    @TempDir Path home;

    @Test
    void nothing_that_was_acknowledged_is_lost_to_a_kill() throws Exception {
        var acknowledged = new HashMap<String, Long>();
        for (int round = 1; round <= ROUNDS; round++) {
            var process = CommittingProcess.start(home);
            try (var lines = process.inputReader(UTF_8)) {
                readUntilMany(lines, acknowledged);
                // SIGKILL; the process's own method would close the stream with lines in it.
                process.toHandle().destroyForcibly();
                lines.lines().forEach(line -> note(line, acknowledged));
                process.waitFor();
            } finally {
                process.destroyForcibly();
            }
            try (var store = RocksStore.open(home)) {
                acknowledged.forEach((job, last) -> assertGapFree(store, job, last));
                assertThat(store.damage()).isEmpty();
            }
        }
        assertThat(acknowledged.values().stream().mapToLong(Long::longValue).sum())
                .isGreaterThan((long) ROUNDS * ACKNOWLEDGED_PER_ROUND / 2);
    }

    @Test
    void a_home_in_use_is_refused_naming_its_owner_until_the_owner_is_gone() throws Exception {
        var process = CommittingProcess.start(home);
        try (var lines = process.inputReader(UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("open");

            var refusal =
                    Assertions.catchThrowableOfType(
                            StoreException.class, () -> RocksStore.open(home));
            assertThat(refusal.code()).isEqualTo(ErrorCode.HOME_IN_USE);
            assertThat(refusal)
                    .hasMessageMatching(
                            "Expected to open the home \\Q%s\\E, but process %d \\(mirrorneuron, since \\d{4}-\\S+Z\\) has it open: stop it, or use another MN_HOME"
                                    .formatted(home, process.pid()));
        } finally {
            process.destroyForcibly().waitFor();
        }
        // The killed owner left its file behind; that is no obstacle.
        assertThat(home.resolve("state.lock")).exists();
        RocksStore.open(home).close();
    }

    @Test
    void a_killed_process_leaves_no_copy_of_the_library_behind(@TempDir Path copies)
            throws Exception {
        var process = CommittingProcess.start(home, "-Djava.io.tmpdir=" + copies);
        try (var lines = process.inputReader(UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("open");
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(copies).isEmptyDirectory();
    }

    @Test
    void another_process_is_refused_naming_this_one() throws Exception {
        try (var store = RocksStore.open(home)) {
            assertThat(store.unfinished()).isEmpty();
            var process = CommittingProcess.start(home);
            try (var lines = process.inputReader(UTF_8)) {
                assertThat(lines.readLine())
                        .startsWith(
                                "refused HOME_IN_USE Expected to open the home %s, but process %d ("
                                        .formatted(home, ProcessHandle.current().pid()));
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static void readUntilMany(BufferedReader lines, Map<String, Long> acknowledged)
            throws IOException {
        assertThat(lines.readLine()).isEqualTo("open");
        for (int i = 0; i < ACKNOWLEDGED_PER_ROUND; i++) {
            note(lines.readLine(), acknowledged);
        }
    }

    private static void note(String line, Map<String, Long> acknowledged) {
        var parts = line.split(" ", -1);
        if (parts.length == 2 && parts[1].matches("\\d+")) {
            acknowledged.merge(parts[0], Long.parseLong(parts[1]), Math::max);
        }
    }

    private static void assertGapFree(RocksStore store, String job, long last) {
        var found =
                store.facts(JobId.of(job), 0, Integer.MAX_VALUE).stream()
                        .map(Commit.Facts::firstSequence)
                        .toList();
        assertThat(found).as(job).hasSizeGreaterThanOrEqualTo((int) last);
        assertThat(found)
                .as(job)
                .isEqualTo(LongStream.rangeClosed(1, found.size()).boxed().toList());
    }
}
