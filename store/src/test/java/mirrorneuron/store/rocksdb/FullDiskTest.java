package mirrorneuron.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.store.Commits;
import mirrorneuron.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real file system of twelve megabytes; left out where this user may not mount one. */
@Timeout(60)
class FullDiskTest {

    private static final JobId JOB = JobId.of("simple-1");
    private static final int BALLAST_BYTES = 6_000_000;

    @TempDir Path folder;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder.toString());
        assumeTrue(mounted, "this user may not mount a file system");
        Files.write(folder.resolve("ballast"), new byte[BALLAST_BYTES]);
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", "-l", folder.toString());
        }
    }

    @Test
    void a_full_disk_refuses_writes_keeps_reads_and_heals_by_itself() throws Exception {
        try (var store = RocksStore.open(folder.resolve("home"))) {
            store.create(Commits.first("simple-1").build());
            long acknowledged = fill(store);

            assertThat(store.facts(JOB, 0, Integer.MAX_VALUE)).hasSize((int) acknowledged);
            var refusal = catchThrowableOfType(StoreException.class, () -> store.claim(JOB));
            assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(refusal)
                    .hasMessageStartingWith(
                            "Expected to write to " + folder.resolve("home/state") + ", but ")
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("free space or mend the disk");

            Files.delete(folder.resolve("ballast"));
            await().atMost(30, TimeUnit.SECONDS)
                    .ignoreExceptionsInstanceOf(StoreException.class)
                    .until(() -> store.claim(JOB) > 1);
            var stored = store.load(JOB).orElseThrow();
            assertThat(stored.tail()).hasSizeBetween((int) acknowledged, (int) acknowledged + 1);
            long next = stored.tail().getLast().lastSequence() + 1;
            store.commit(Commits.of("simple-1", stored.epoch()).facts(next, next).build());
        }
        try (var store = RocksStore.open(folder.resolve("home"))) {
            assertThat(store.load(JOB)).isPresent();
        }
    }

    @Test
    void a_home_on_a_full_disk_is_refused() throws Exception {
        Files.write(folder.resolve("more"), new byte[0]);
        try (var more = Files.newOutputStream(folder.resolve("more"))) {
            while (true) {
                more.write(new byte[4_096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        var refusal =
                catchThrowableOfType(
                        StoreException.class, () -> RocksStore.open(folder.resolve("home")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal)
                .hasMessageStartingWith("Expected to open the home " + folder.resolve("home"))
                .hasMessageContaining("No space left on device");
    }

    @Test
    void a_blob_that_does_not_fit_leaves_nothing_behind() throws Exception {
        try (var store = RocksStore.open(folder.resolve("home"))) {
            var refusal =
                    catchThrowableOfType(
                            StoreException.class, () -> store.blobs().put(new byte[7_000_000]));
            assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            try (var files = Files.list(folder.resolve("home/blobs/arriving"))) {
                assertThat(files).isEmpty();
            }
        }
    }

    private static long fill(RocksStore store) {
        var line = "x".repeat(50_000) + "\n";
        for (long s = 1; ; s++) {
            try {
                store.commit(Commits.of("simple-1", 1).facts(s, s, line).build());
            } catch (StoreException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
                return s - 1;
            }
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
