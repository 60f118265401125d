package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.Commits.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Commits;
import mirrorneuron.store.StoreException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Files and values that are not what was written: what stays readable, and what is said. */
@Timeout(120)
class DamageTest {

    private static final int JOBS = 300;
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-28T12:00:00Z"));

    @TempDir Path home;

    @Test
    void a_record_that_cannot_be_parsed_is_set_aside_and_named_and_others_stay_readable()
            throws Exception {
        threeJobs();
        plant(Keys.record("b"), "{\"job_id\":");

        for (int start = 1; start <= 2; start++) {
            try (var store = RocksStore.open(home, "mn", CLOCK)) {
                assertThat(store.damage()).as("start %d", start).hasSize(1);
                assertThat(store.damage().getFirst()).contains("rec/b");
                assertThat(store.unfinished()).containsExactlyInAnyOrder(job("a"), job("c"));
                assertThat(store.records(Set.of(), OptionalInt.empty())).hasSize(2);
                assertThat(store.counts()).isEqualTo(Map.of(JobStatus.PENDING, 2L));
                assertThat(store.load(job("b"))).isEmpty();
                assertThat(store.facts(job("b"), 0, 9)).hasSize(1);
                store.commit(Commits.of("a", 1).facts(start + 1, start + 1).build());
            }
        }
        assertThat(planted(Keys.damaged("2026-03-28T12:00:00.000Z", "rec/b")))
                .isEqualTo("{\"job_id\":");
    }

    @Test
    void a_head_that_cannot_be_parsed_lets_nobody_write_to_its_job_but_it_can_be_deleted()
            throws Exception {
        threeJobs();
        plant(Keys.head("b"), "{}");

        try (var store = RocksStore.open(home)) {
            assertThat(store.damage()).singleElement().asString().contains("head/b");
            assertThat(store.unfinished()).containsExactlyInAnyOrder(job("a"), job("c"));
            assertThat(store.record(job("b"))).isPresent();
            assertDamaged(() -> store.load(job("b")), "head/b");
            assertDamaged(() -> store.claim(job("b")), "job b");
            assertDamaged(() -> store.commit(Commits.of("b", 9).facts(2, 2).build()), "job b");

            store.delete(job("b"));
            store.create(Commits.first("b").facts(1, 1).build());
            assertThat(store.load(job("b"))).isPresent();
            assertThat(store.counts()).isEqualTo(Map.of(JobStatus.PENDING, 3L));
        }
    }

    @Test
    void an_ended_job_with_an_unreadable_head_is_not_counted_once_it_is_deleted() throws Exception {
        threeJobs();
        try (var store = RocksStore.open(home)) {
            store.commit(Commits.of("b", 1).entry(JobStatus.COMPLETED, NOON).build());
        }
        plant(Keys.head("b"), "{}");

        try (var store = RocksStore.open(home)) {
            assertThat(store.counts())
                    .isEqualTo(Map.of(JobStatus.PENDING, 2L, JobStatus.COMPLETED, 1L));
            store.delete(job("b"));
            assertThat(store.counts()).isEqualTo(Map.of(JobStatus.PENDING, 2L));
            assertThat(store.records(Set.of(), OptionalInt.empty())).hasSize(2);
        }
    }

    @Test
    void counts_that_are_missing_or_unreadable_are_counted_anew() throws Exception {
        threeJobs();
        for (var rotten : List.of("", "{", "[]")) {
            plant(Database.Family.INDEX, Keys.COUNTS, rotten);
            try (var store = RocksStore.open(home)) {
                assertThat(store.counts()).isEqualTo(Map.of(JobStatus.PENDING, 3L));
                assertThat(store.damage()).isEmpty();
            }
        }
        try (var store = RocksStore.open(home)) {
            store.delete(job("a"));
            assertThat(store.counts()).isEqualTo(Map.of(JobStatus.PENDING, 2L));
        }
        assertThat(stored(Database.Family.INDEX, Keys.COUNTS)).isEqualTo("{\"pending\":2}");
    }

    @Test
    void an_ended_job_is_set_aside_when_somebody_lists_it() throws Exception {
        threeJobs();
        try (var store = RocksStore.open(home)) {
            store.commit(Commits.of("b", 1).entry(JobStatus.COMPLETED, NOON).build());
        }
        plant(Keys.record("b"), "[]");

        try (var store = RocksStore.open(home)) {
            assertThat(store.damage()).isEmpty();
            assertThat(store.records(Set.of(), OptionalInt.empty())).hasSize(2);
            assertThat(store.damage()).singleElement().asString().contains("rec/b");
        }
    }

    @Test
    void a_group_of_facts_that_cannot_be_parsed_stops_only_its_job() throws Exception {
        threeJobs();
        var key = Keys.facts(Keys.log("b"), 1);
        plant(Database.Family.LOG, key, "short");

        try (var store = RocksStore.open(home)) {
            assertDamaged(() -> store.load(job("b")), "ev/b/");
            assertDamaged(() -> store.facts(job("b"), 0, 9), "ev/b/");
            assertThat(store.load(job("a"))).isPresent();
            assertThat(store.load(job("c"))).isPresent();
        }
    }

    @Test
    void a_rotten_index_is_made_anew() throws Exception {
        manyJobs();
        var tables = flush();
        for (var table : tables) {
            if (text(table).contains("st/running/")) {
                // Compression keeps the whole key only once, so its beginning marks the data.
                rot(table, text(table).indexOf("st/") + 3, 40);
            }
        }
        try (var store = RocksStore.open(home)) {
            assertThat(store.unfinished()).hasSize(JOBS);
            assertThat(store.records(Set.of(), OptionalInt.empty())).hasSize(JOBS);
            assertThat(store.counts()).isEqualTo(Map.of(JobStatus.RUNNING, (long) JOBS));
            assertThat(store.damage())
                    .singleElement()
                    .asString()
                    .contains("family index")
                    .endsWith("the index was made anew from the records");
        }
    }

    @Test
    void rotten_blocks_stop_only_the_jobs_in_them() throws Exception {
        manyJobs();
        var tables = flush();
        var largest = tables.stream().max((a, b) -> Long.compare(size(a), size(b))).orElseThrow();
        rot(largest, (int) size(largest) / 2, 16);

        try (var store = RocksStore.open(home)) {
            int readable = 0;
            for (int n = 0; n < JOBS; n++) {
                try {
                    readable += store.load(job("job-" + n)).isPresent() ? 1 : 0;
                    assertThat(store.facts(job("job-" + n), 0, 9)).hasSize(1);
                } catch (StoreException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
                    assertThat(e).hasMessageContaining("job-" + n);
                }
            }
            assertThat(readable).isBetween(JOBS / 2, JOBS - 1);
        }
    }

    @Test
    void a_missing_table_is_refused_and_what_else_there_is_can_be_salvaged() throws Exception {
        manyJobs();
        flush();
        try (var store = RocksStore.open(home)) {
            for (int n = 0; n < JOBS; n++) {
                store.commit(Commits.of("job-" + n, 1).facts(2, 2, "x".repeat(2_000)).build());
            }
        }
        var later = flush();
        Files.delete(later.getLast());
        assertThatOpeningIsRefused();

        var told = RocksStore.salvage(home, "mn", CLOCK);

        assertThat(told)
                .contains(home.resolve("damaged/2026-03-28T12-00-00.000Z/state").toString());
        assertThat(home.resolve("damaged/2026-03-28T12-00-00.000Z/state/CURRENT")).exists();
        try (var store = RocksStore.open(home)) {
            assertThat(store.damage()).anyMatch(sentence -> sentence.contains("salvage"));
            assertThat(store.unfinished()).hasSize(JOBS);
            assertThat(store.counts()).isEqualTo(Map.of(JobStatus.RUNNING, (long) JOBS));
            store.commit(Commits.of("job-0", 1).facts(5, 5).build());
        }
    }

    @Test
    void a_log_damaged_in_its_middle_is_salvaged_up_to_the_damage() throws Exception {
        manyJobs();
        var log = newest(".log");
        rot(log, (int) size(log) / 2, 5);
        assertThatOpeningIsRefused();

        RocksStore.salvage(home, "mn", CLOCK);
        try (var store = RocksStore.open(home)) {
            assertThat(store.unfinished()).hasSizeBetween(JOBS / 3, JOBS - 1);
            for (var job : store.unfinished()) {
                assertThat(store.load(job).orElseThrow().tail()).hasSize(1);
            }
        }
    }

    @Test
    void a_rotten_manifest_is_refused_with_what_to_do() throws Exception {
        manyJobs();
        flush();
        var manifest = newest("MANIFEST-");
        rot(manifest, 20, 30);
        var damaged = Files.readAllBytes(manifest);
        assertThatOpeningIsRefused();

        assertDamaged(() -> RocksStore.salvage(home, "mn", CLOCK), "restore it from a backup");
        assertThat(Files.readAllBytes(manifest)).isEqualTo(damaged);
        assertThat(home.resolve("state.copy")).doesNotExist();
    }

    @Test
    void a_missing_current_file_is_not_taken_for_a_new_store() throws Exception {
        threeJobs();
        var current = home.resolve("state/CURRENT");
        var content = Files.readString(current);
        Files.delete(current);
        assertThatOpeningIsRefused();

        Files.writeString(current, content);
        try (var store = RocksStore.open(home)) {
            assertThat(store.unfinished()).hasSize(3);
        }
    }

    @Test
    void a_salvage_cut_between_its_renames_is_finished() throws Exception {
        threeJobs();
        Files.move(home.resolve("state"), home.resolve("state.salvaged"));
        try (var store = RocksStore.open(home)) {
            assertThat(store.unfinished()).hasSize(3);
        }
    }

    @Test
    void a_blob_that_rotted_is_noticed_and_mended_by_putting_it_again() throws Exception {
        try (var store = RocksStore.open(home)) {
            var name = store.blobs().put(Commits.utf8("hello"));
            var file = store.blobs().file(name).orElseThrow();
            assertThat(file).isEqualTo(home.resolve("blobs/2c").resolve(name));
            Files.writeString(file, "hullo");

            assertThatThrownBy(() -> store.blobs().get(name))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED))
                    .hasMessageContaining(name);

            store.blobs().put(Commits.utf8("hello"));
            assertThat(store.blobs().get(name).map(Commits::text)).contains("hello");
        }
    }

    @Test
    void unfinished_blobs_of_a_killed_process_are_removed() throws Exception {
        RocksStore.open(home).close();
        var leftover = Files.writeString(home.resolve("blobs/arriving/half"), "ha");
        RocksStore.open(home).close();
        assertThat(leftover).doesNotExist();
    }

    private void threeJobs() {
        try (var store = RocksStore.open(home)) {
            for (var id : List.of("a", "b", "c")) {
                store.create(Commits.first(id).facts(1, 1).build());
            }
        }
    }

    // Random text, so that blocks do not shrink to nothing and there are many of them.
    private void manyJobs() {
        var random = new Random(1);
        try (var store = RocksStore.open(home)) {
            for (int n = 0; n < JOBS; n++) {
                var noise = new StringBuilder();
                while (noise.length() < 2_000) {
                    noise.append(Long.toHexString(random.nextLong()));
                }
                var more = JsonObject.builder().put("noise", noise.toString()).build();
                store.create(
                        Commits.first("job-" + n)
                                .entry(JobStatus.RUNNING, NOON.plusMillis(n), more)
                                .facts(1, 1)
                                .build());
            }
        }
    }

    /** Brings everything into tables and gives these, oldest first. */
    private List<Path> flush() throws IOException, RocksDBException {
        Database.open(home.resolve("state"), Database.Recovery.TORN_GROUP).close();
        try (var files = Files.list(home.resolve("state"))) {
            return files.filter(file -> file.toString().endsWith(".sst")).sorted().toList();
        }
    }

    private Path newest(String part) throws IOException {
        try (var files = Files.list(home.resolve("state"))) {
            return files.filter(file -> file.getFileName().toString().contains(part))
                    .filter(file -> size(file) > 0)
                    .sorted()
                    .toList()
                    .getLast();
        }
    }

    private void plant(byte[] key, String value) throws RocksDBException {
        plant(Database.Family.RECORDS, key, value);
    }

    private void plant(Database.Family family, byte[] key, String value) throws RocksDBException {
        try (var database = Database.open(home.resolve("state"), Database.Recovery.CUT_TAIL);
                var batch = new WriteBatch()) {
            batch.put(database.handle(family), key, Commits.utf8(value));
            database.write(batch);
        }
    }

    private String planted(byte[] key) throws RocksDBException {
        return stored(Database.Family.RECORDS, key);
    }

    private String stored(Database.Family family, byte[] key) throws RocksDBException {
        try (var database = Database.open(home.resolve("state"), Database.Recovery.CUT_TAIL)) {
            return Commits.text(database.get(family, key).orElseThrow());
        }
    }

    private void assertThatOpeningIsRefused() {
        var refusal = catchThrowableOfType(StoreException.class, () -> RocksStore.open(home));
        assertThat(refusal).as("refusal").isNotNull();
        assertThat(refusal.code())
                .as("%s", refusal.getMessage())
                .isEqualTo(ErrorCode.STORE_DAMAGED);
        assertThat(refusal)
                .hasMessageStartingWith("Expected to open the store " + home.resolve("state"))
                .hasMessageContaining("restore it from a backup, or ");
    }

    private static void assertDamaged(ThrowingCallable call, String named) {
        var refusal = catchThrowableOfType(StoreException.class, call);
        assertThat(refusal).as("refusal").isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
        assertThat(refusal).hasMessageContaining(named);
    }

    private static void rot(Path file, int from, int bytes) throws IOException {
        var content = Files.readAllBytes(file);
        for (int at = from; at < Math.min(from + bytes, content.length); at++) {
            content[at] ^= 0x55;
        }
        Files.write(file, content);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private static JobId job(String id) {
        return JobId.of(id);
    }
}
