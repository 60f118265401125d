package mirrorneuron.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.store.Commits;
import mirrorneuron.store.StoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is promised about a write-ahead log whose end a crash tore: the last group, which nobody was
 * told is safe, may be missing; every group before it is there. And about a log that is damaged
 * before its last group: the store says so and takes nothing back silently.
 */
@Timeout(120)
class TornLogTest {

    private static final JobId JOB = JobId.of("simple-1");
    private static final int COMMITS = 40;

    @TempDir Path home;

    private final Map<Path, byte[]> crashed = new HashMap<>();
    private Path log;
    private byte[] whole;
    private int lastGroup; // where the last group begins in the log

    @BeforeEach
    void a_log_of_single_groups() throws IOException {
        try (var store = RocksStore.open(home)) {
            store.create(Commits.first(JOB.value()).build());
            for (int s = 1; s <= COMMITS; s++) {
                if (s == COMMITS) {
                    lastGroup = Math.toIntExact(Files.size(newestLog()));
                }
                store.commit(Commits.of(JOB.value(), 1).facts(s, s).build());
            }
        }
        log = newestLog();
        remember();
        whole = Files.readAllBytes(log);
        assertThat(whole.length).isGreaterThan(lastGroup);
    }

    @Test
    void a_log_cut_anywhere_in_its_last_group_loses_that_group_at_most() throws IOException {
        for (int length = lastGroup; length < whole.length; length++) {
            plant(Arrays.copyOf(whole, length));
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("cut to %d bytes", length).isEqualTo(COMMITS - 1);
                assertThat(store.damage()).isEmpty();
            }
        }
    }

    @Test
    void bad_bytes_in_the_last_group_lose_that_group_and_are_reported_or_look_like_a_cut()
            throws IOException {
        for (int at = lastGroup; at < whole.length; at += 3) {
            var bad = whole.clone();
            bad[at] ^= 0x55;
            plant(bad);
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("byte %d", at).isEqualTo(COMMITS - 1);
            }
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("byte %d, again", at).isEqualTo(COMMITS - 1);
                store.commit(Commits.of(JOB.value(), 1).facts(COMMITS, COMMITS).build());
            }
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("byte %d, written on", at).isEqualTo(COMMITS);
            }
        }
    }

    @Test
    void a_torn_last_group_of_full_length_is_reported() throws IOException {
        var bad = whole.clone();
        bad[whole.length - 1] ^= 1;
        plant(bad);
        try (var store = RocksStore.open(home)) {
            assertThat(commitsIn(store)).isEqualTo(COMMITS - 1);
            assertThat(store.damage())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "The last %d bytes of %s (from %d on) are no whole group"
                                    .formatted(whole.length - lastGroup, log, lastGroup));
        }
    }

    @Test
    void zeroes_or_noise_after_the_last_group_lose_nothing() throws IOException {
        for (int extra : new int[] {1, 6, 7, 100, 5_000, 40_000}) {
            plant(Arrays.copyOf(whole, whole.length + extra));
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("%d zeroes", extra).isEqualTo(COMMITS);
            }
            var noise = Arrays.copyOf(whole, whole.length + extra);
            var tail = new byte[extra];
            new Random(extra).nextBytes(tail);
            System.arraycopy(tail, 0, noise, whole.length, extra);
            plant(noise);
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("%d bytes of noise", extra).isEqualTo(COMMITS);
            }
        }
    }

    @Test
    void a_log_damaged_before_its_last_group_is_refused_and_not_touched() throws IOException {
        for (int at = 200; at < lastGroup; at += 97) {
            var bad = whole.clone();
            bad[at] ^= 0x55;
            plant(bad);
            var refusal = catchThrowableOfType(StoreException.class, () -> RocksStore.open(home));
            assertThat(refusal).as("byte %d", at).isNotNull();
            assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
            assertThat(refusal)
                    .hasMessageStartingWith("Expected to open the store " + home.resolve("state"));
            assertThat(Files.readAllBytes(log)).as("byte %d", at).isEqualTo(bad);
        }
        plant(whole);
        try (var store = RocksStore.open(home)) {
            assertThat(commitsIn(store)).isEqualTo(COMMITS);
        }
    }

    @Test
    void a_large_group_over_many_blocks_is_there_whole_or_not_at_all() throws IOException {
        plant(whole);
        try (var store = RocksStore.open(home)) {
            store.commit(
                    Commits.of(JOB.value(), 1)
                            .facts(COMMITS + 1, COMMITS + 1, "x".repeat(200_000))
                            .build());
        }
        log = newestLog();
        whole = Files.readAllBytes(log);
        remember();
        for (int at = 0; at < whole.length; at += 9_973) {
            plant(Arrays.copyOf(whole, at));
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("cut to %d bytes", at).isEqualTo(COMMITS);
            }
            var bad = whole.clone();
            bad[at] ^= 0x55;
            plant(bad);
            try (var store = RocksStore.open(home)) {
                assertThat(commitsIn(store)).as("byte %d", at).isEqualTo(COMMITS);
            }
        }
        plant(whole);
        try (var store = RocksStore.open(home)) {
            assertThat(commitsIn(store)).isEqualTo(COMMITS + 1);
        }
    }

    private static long commitsIn(RocksStore store) {
        return store.facts(JOB, 0, Integer.MAX_VALUE).size();
    }

    private void remember() throws IOException {
        crashed.clear();
        try (var files = Files.list(state())) {
            for (var file : files.toList()) {
                crashed.put(file, Files.readAllBytes(file));
            }
        }
    }

    /** The home as a crash left it, with these bytes as its log. */
    private void plant(byte[] bytes) throws IOException {
        Files.createDirectories(state());
        try (var files = Files.list(state())) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        for (var file : crashed.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
        Files.write(log, bytes);
    }

    private Path state() {
        return home.resolve("state");
    }

    private Path newestLog() throws IOException {
        try (var files = Files.list(state())) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> file.toFile().length() > 0)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }
}
