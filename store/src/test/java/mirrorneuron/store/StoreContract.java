package mirrorneuron.store;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static mirrorneuron.store.Commits.NOON;
import static mirrorneuron.store.Commits.lines;
import static mirrorneuron.store.Commits.text;
import static mirrorneuron.store.Commits.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Commit.Facts;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every store promises. Each adapter extends this class; a store that keeps its state after
 * {@link Store#close} says so with {@link #reopened}.
 */
@Timeout(60)
public abstract class StoreContract {

    protected static final JobId JOB = JobId.of("simple-1");

    protected Store store;

    /** A store without any job. */
    protected abstract Store openEmpty() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = openEmpty();
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** The same state after closing and opening again; a store that keeps none returns itself. */
    protected Store reopened(Store open) throws Exception {
        return open;
    }

    @Nested
    class Counting {

        @Test
        void what_was_done_is_counted_and_what_was_refused_is_not() {
            store.create(Commits.first("simple-1").facts(1, 2).key("k", "d", NOON).build());
            store.create(Commits.first("simple-2").key("k", "d", NOON).build()); // known key
            store.commit(Commits.of("simple-1", 1).facts(3, 7).build());
            store.commit(Commits.of("simple-1", 1).entry(JobStatus.RUNNING, NOON).build());
            assertThatRefused(
                    () -> store.commit(Commits.of("simple-9", 1).facts(1, 1).build()),
                    ErrorCode.STORE_STALE_EPOCH,
                    "Expected to write to job simple-9, but it was deleted or never made");

            var stats = store.stats();
            assertThat(stats.created()).isEqualTo(1);
            assertThat(stats.commits()).isEqualTo(3);
            assertThat(stats.events()).isEqualTo(7);
        }
    }

    @Nested
    class Creating {

        @Test
        void a_new_job_can_be_loaded() {
            assertThat(store.create(Commits.first("simple-1").facts(1, 2).build())).isEmpty();

            var stored = store.load(JOB).orElseThrow();
            assertThat(stored.record().jobId()).isEqualTo(JOB);
            assertThat(stored.record().status()).isEqualTo(JobStatus.PENDING);
            assertThat(stored.epoch()).isEqualTo(1);
            assertThat(stored.snapshot()).isEmpty();
            assertThat(sequences(stored.tail())).isEqualTo("1-2");
            assertThat(text(stored.tail().getFirst().lines())).isEqualTo(lines(1, 2));
        }

        @Test
        void the_first_commit_gives_the_first_epoch() {
            store.create(Commits.of("simple-1", 7).entry(JobStatus.PENDING, NOON).build());
            assertThat(store.load(JOB).orElseThrow().epoch()).isEqualTo(7);
        }

        @Test
        void an_id_that_exists_is_refused_and_the_first_job_stays() {
            store.create(Commits.first("simple-1").facts(1, 2).build());

            assertThatRefused(
                    () -> store.create(Commits.first("simple-1").facts(1, 9).build()),
                    ErrorCode.DUPLICATE_REQUEST,
                    "Expected to make job simple-1, but a job with this id exists");
            assertThat(sequences(store.load(JOB).orElseThrow().tail())).isEqualTo("1-2");
        }

        @Test
        void a_repeated_key_answers_as_before_and_writes_nothing() {
            store.create(Commits.first("simple-1").key("submit:k", "digest-a", NOON).build());

            var again =
                    store.create(
                            Commits.first("simple-2").key("submit:k", "digest-b", NOON).build());

            assertThat(again).contains(new Store.EarlierReply(JOB, "digest-a"));
            assertThat(store.load(JobId.of("simple-2"))).isEmpty();
            assertThat(store.unfinished()).containsExactly(JOB);
        }

        @Test
        void what_a_key_was_answered_with_outlives_its_job_and_goes_with_the_key() {
            assertThat(store.earlierReply("submit:k")).isEmpty();
            store.create(Commits.first("simple-1").key("submit:k", "digest-a", NOON).build());
            assertThat(store.earlierReply("submit:k"))
                    .contains(new Store.EarlierReply(JOB, "digest-a"));

            store.delete(JOB);
            assertThat(store.earlierReply("submit:k"))
                    .contains(new Store.EarlierReply(JOB, "digest-a"));

            store.forgetKeysBefore(NOON.plusMillis(1));
            assertThat(store.earlierReply("submit:k")).isEmpty();
        }

        @Test
        void of_many_with_one_key_exactly_one_makes_a_job() throws Exception {
            var answers =
                    concurrently(
                            32,
                            n ->
                                    store.create(
                                            Commits.first("simple-" + n)
                                                    .key("submit:k", "d", NOON)
                                                    .build()));

            assertThat(answers).filteredOn(answer -> answer.isEmpty()).hasSize(1);
            assertThat(store.unfinished()).hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> answer.isPresent())
                    .allSatisfy(
                            answer ->
                                    assertThat(store.unfinished())
                                            .contains(answer.orElseThrow().job()));
        }

        @Test
        void of_many_with_one_id_exactly_one_makes_the_job() throws Exception {
            var outcomes =
                    concurrently(
                            32,
                            n -> {
                                try {
                                    return store.create(Commits.first("simple-1").build())
                                            .isEmpty();
                                } catch (StoreException e) {
                                    assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_REQUEST);
                                    return false;
                                }
                            });
            assertThat(outcomes).filteredOn(made -> made).hasSize(1);
        }

        @Test
        void a_forgotten_key_can_be_used_again() {
            store.create(Commits.first("simple-1").key("old", "d", NOON).build());
            store.create(Commits.first("simple-2").key("new", "d", NOON.plusMillis(1)).build());

            store.forgetKeysBefore(NOON.plusMillis(1));

            assertThat(store.create(Commits.first("simple-3").key("old", "d", NOON).build()))
                    .isEmpty();
            assertThat(store.create(Commits.first("simple-4").key("new", "d", NOON).build()))
                    .contains(new Store.EarlierReply(JobId.of("simple-2"), "d"));
        }

        @Test
        void a_key_that_was_written_again_is_as_old_as_its_last_write() {
            store.create(Commits.first("simple-1").key("k", "d", NOON).build());
            store.commit(Commits.of("simple-1", 1).key("k", "e", NOON.plusSeconds(9)).build());

            store.forgetKeysBefore(NOON.plusSeconds(5));

            assertThat(store.create(Commits.first("simple-2").key("k", "d", NOON).build()))
                    .contains(new Store.EarlierReply(JOB, "e"));
        }

        @Test
        void a_job_that_comes_with_a_log_is_there_whole() throws Exception {
            store.adopt(
                    List.of(group(1, 2), group(5, 9)),
                    Commits.of("simple-1", 1)
                            .facts(10, 10)
                            .entry(JobStatus.PAUSED, NOON)
                            .snapshot(10, "{}")
                            .deadLetter(0, "expired")
                            .build());

            store = reopened(store);
            var stored = store.load(JOB).orElseThrow();
            assertThat(stored.record().status()).isEqualTo(JobStatus.PAUSED);
            assertThat(stored.epoch()).isEqualTo(1);
            assertThat(stored.snapshot().orElseThrow().sequence()).isEqualTo(10);
            assertThat(stored.tail()).isEmpty();
            assertThat(sequences(store.facts(JOB, 0, 100))).isEqualTo("1-2 5-9 10-10");
            assertThat(store.deadLetters(JOB)).hasSize(1);
            assertThat(store.unfinished()).containsExactly(JOB);
            store.commit(Commits.of("simple-1", 1).facts(11, 11).build());
        }

        @Test
        void a_job_that_comes_with_a_log_takes_nobodys_id() {
            store.create(Commits.first("simple-1").facts(1, 2).build());

            assertThatRefused(
                    () -> store.adopt(List.of(group(1, 9)), Commits.first("simple-1").build()),
                    ErrorCode.DUPLICATE_REQUEST,
                    "Expected to make job simple-1, but a job with this id exists");
            assertThat(sequences(store.facts(JOB, 0, 100))).isEqualTo("1-2");
        }

        @Test
        void a_log_whose_groups_overlap_is_refused_and_nothing_is_written() {
            assertThatRefused(
                    () ->
                            store.adopt(
                                    List.of(group(1, 4), group(5, 6)),
                                    Commits.first("simple-1").facts(6, 7).build()),
                    ErrorCode.CONFLICT,
                    "Expected facts of job simple-1 to begin after 6, but they begin at 6");
            assertThat(store.record(JOB)).isEmpty();
            assertThat(store.facts(JOB, 0, 100)).isEmpty();
        }

        @Test
        void a_first_commit_needs_an_entry() {
            assertThatThrownBy(() -> store.create(Commits.of("simple-1", 1).build()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Committing {

        @Test
        void all_parts_of_a_commit_are_there_afterwards() throws Exception {
            store.create(Commits.first("simple-1").build());
            store.commit(
                    Commits.of("simple-1", 1)
                            .facts(1, 3)
                            .entry(JobStatus.RUNNING, NOON.plusSeconds(1))
                            .snapshot(2, "{\"state\":2}")
                            .deadLetter(0, "expired")
                            .build());
            store = reopened(store);

            var stored = store.load(JOB).orElseThrow();
            assertThat(stored.record().status()).isEqualTo(JobStatus.RUNNING);
            assertThat(stored.snapshot().orElseThrow().sequence()).isEqualTo(2);
            assertThat(text(stored.snapshot().orElseThrow().document())).isEqualTo("{\"state\":2}");
            assertThat(sequences(stored.tail())).isEqualTo("1-3");
            assertThat(store.deadLetters(JOB)).containsExactly(Commits.deadLetterOf(0, "expired"));
        }

        @Test
        void the_tail_holds_only_facts_after_the_snapshot() {
            store.create(Commits.first("simple-1").facts(1, 2).build());
            store.commit(Commits.of("simple-1", 1).facts(3, 4).build());
            store.commit(Commits.of("simple-1", 1).snapshot(4, "{}").build());
            store.commit(Commits.of("simple-1", 1).facts(5, 6).build());

            assertThat(sequences(store.load(JOB).orElseThrow().tail())).isEqualTo("5-6");
        }

        @Test
        void members_of_the_record_that_nobody_knows_are_kept() throws Exception {
            store.create(
                    Commits.first("simple-1")
                            .entry(
                                    JobStatus.PENDING,
                                    NOON,
                                    JsonObject.builder().put("x", 1).build())
                            .build());
            store = reopened(store);
            assertThat(store.record(JOB).orElseThrow().raw().integer("x")).hasValue(1);
        }

        @Test
        void a_job_that_was_never_made_takes_no_commit() {
            assertThatRefused(
                    () -> store.commit(Commits.of("simple-1", 1).facts(1, 1).build()),
                    ErrorCode.STORE_STALE_EPOCH,
                    "Expected to write to job simple-1, but it was deleted or never made");
            assertThat(store.facts(JOB, 0, 9)).isEmpty();
        }

        @Test
        void facts_that_would_overwrite_others_are_refused() {
            store.create(Commits.first("simple-1").facts(1, 4).build());

            assertThatRefused(
                    () ->
                            store.commit(
                                    Commits.of("simple-1", 1)
                                            .facts(4, 5)
                                            .entry(JobStatus.FAILED, NOON)
                                            .build()),
                    ErrorCode.CONFLICT,
                    "Expected facts of job simple-1 to begin after 4, but they begin at 4");
            assertThat(sequences(store.facts(JOB, 0, 9))).isEqualTo("1-4");
            assertThat(store.record(JOB).orElseThrow().status()).isEqualTo(JobStatus.PENDING);
        }

        @Test
        void facts_that_would_overwrite_others_are_refused_after_a_start_too() throws Exception {
            store.create(Commits.first("simple-1").facts(1, 4).build());
            store = reopened(store);
            assertThatThrownBy(() -> store.commit(Commits.of("simple-1", 1).facts(2, 5).build()))
                    .isInstanceOf(StoreException.class);
            store.commit(Commits.of("simple-1", 1).facts(5, 5).build());
        }

        @Test
        void an_absent_job_has_nothing() {
            assertThat(store.load(JOB)).isEmpty();
            assertThat(store.record(JOB)).isEmpty();
            assertThat(store.facts(JOB, 0, 10)).isEmpty();
            assertThat(store.lastFacts(JOB, 10)).isEmpty();
            assertThat(store.deadLetters(JOB)).isEmpty();
            assertThat(store.deadLetter(JOB, 0)).isEmpty();
        }
    }

    @Nested
    class Epochs {

        @Test
        void a_claim_raises_the_epoch_and_shuts_out_the_earlier_owner() throws Exception {
            store.create(Commits.first("simple-1").facts(1, 1).build());

            assertThat(store.claim(JOB)).isEqualTo(2);

            assertThatRefused(
                    () ->
                            store.commit(
                                    Commits.of("simple-1", 1)
                                            .facts(2, 2)
                                            .entry(JobStatus.FAILED, NOON.plusSeconds(1))
                                            .snapshot(2, "{}")
                                            .deadLetter(0, "expired")
                                            .key("k", "d", NOON)
                                            .build()),
                    ErrorCode.STORE_STALE_EPOCH,
                    "Expected to write to job simple-1 as epoch 1, but epoch 2 owns it");
            store = reopened(store);
            var stored = store.load(JOB).orElseThrow();
            assertThat(stored.epoch()).isEqualTo(2);
            assertThat(stored.record().status()).isEqualTo(JobStatus.PENDING);
            assertThat(stored.snapshot()).isEmpty();
            assertThat(sequences(stored.tail())).isEqualTo("1-1");
            assertThat(store.deadLetters(JOB)).isEmpty();
            assertThat(store.create(Commits.first("simple-2").key("k", "d", NOON).build()))
                    .isEmpty();
        }

        @Test
        void the_new_owner_writes() {
            store.create(Commits.first("simple-1").build());
            long epoch = store.claim(JOB);
            store.commit(Commits.of("simple-1", epoch).facts(1, 1).build());
            assertThat(sequences(store.facts(JOB, 0, 9))).isEqualTo("1-1");
        }

        @Test
        void an_epoch_above_the_stored_one_becomes_the_jobs() {
            store.create(Commits.first("simple-1").build());
            store.commit(Commits.of("simple-1", 5).facts(1, 1).build());
            assertThat(store.load(JOB).orElseThrow().epoch()).isEqualTo(5);
            assertThatThrownBy(() -> store.commit(Commits.of("simple-1", 4).build()))
                    .isInstanceOf(StoreException.class);
        }

        @Test
        void each_of_many_claims_gets_its_own_epoch() throws Exception {
            store.create(Commits.first("simple-1").build());
            assertThat(concurrently(32, n -> store.claim(JOB)))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(2, 33).mapToObj(Long::valueOf).toList());
        }

        @Test
        void a_job_that_was_never_made_cannot_be_claimed() {
            assertThatRefused(
                    () -> store.claim(JOB),
                    ErrorCode.JOB_NOT_FOUND,
                    "Expected to take over job simple-1, but there is no such job");
        }
    }

    @Nested
    class ReadingFacts {

        @BeforeEach
        void groups_of_three() {
            store.create(Commits.first("simple-1").facts(1, 3).build());
            for (int first = 4; first <= 28; first += 3) {
                store.commit(Commits.of("simple-1", 1).facts(first, first + 2).build());
            }
            // Neighbours whose keys are close.
            store.create(Commits.first("simple-").facts(1, 5).build());
            store.create(Commits.first("simple-10").facts(1, 5).build());
            store.create(Commits.first("simple-1/").facts(1, 5).build());
        }

        @Test
        void a_page_begins_with_the_group_that_holds_the_first_wanted_event() {
            assertThat(sequences(store.facts(JOB, 0, 4))).isEqualTo("1-3 4-6");
            assertThat(sequences(store.facts(JOB, 4, 3))).isEqualTo("4-6");
            assertThat(sequences(store.facts(JOB, 5, 3))).isEqualTo("4-6");
            assertThat(sequences(store.facts(JOB, 6, 3))).isEqualTo("7-9");
            assertThat(sequences(store.facts(JOB, 29, 3))).isEqualTo("28-30");
            assertThat(store.facts(JOB, 30, 3)).isEmpty();
            assertThat(store.facts(JOB, 0, 0)).isEmpty();
        }

        @Test
        void pages_in_a_row_give_every_event_once() {
            var seen = new ArrayList<Long>();
            for (long after = 0; ; ) {
                var page = store.facts(JOB, after, 7);
                if (page.isEmpty()) {
                    break;
                }
                for (var group : page) {
                    for (long s = group.firstSequence(); s <= group.lastSequence(); s++) {
                        seen.add(s);
                    }
                }
                after = page.getLast().lastSequence();
            }
            assertThat(seen)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 30).mapToObj(Long::valueOf).toList());
        }

        @Test
        void the_last_groups_hold_at_least_as_many_events_as_asked() {
            assertThat(sequences(store.lastFacts(JOB, 1))).isEqualTo("28-30");
            assertThat(sequences(store.lastFacts(JOB, 3))).isEqualTo("28-30");
            assertThat(sequences(store.lastFacts(JOB, 4))).isEqualTo("25-27 28-30");
            assertThat(store.lastFacts(JOB, 1_000)).hasSize(10);
            assertThat(store.lastFacts(JOB, 0)).isEmpty();
        }

        @Test
        void a_group_without_an_event_cannot_be_made() {
            assertThatThrownBy(() -> new Facts(5, 4, new byte[0]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Lists {

        @Test
        void records_come_newest_first_and_filtered() {
            job("a", JobStatus.RUNNING, 1);
            job("b", JobStatus.COMPLETED, 2);
            job("c", JobStatus.RUNNING, 3);
            job("d", JobStatus.FAILED, 4);

            assertThat(ids(Set.of(), OptionalInt.empty())).isEqualTo("d c b a");
            assertThat(ids(Set.of(), OptionalInt.of(2))).isEqualTo("d c");
            assertThat(ids(Set.of(), OptionalInt.of(0))).isEmpty();
            assertThat(ids(Set.of(JobStatus.RUNNING), OptionalInt.empty())).isEqualTo("c a");
            assertThat(ids(Set.of(JobStatus.COMPLETED, JobStatus.FAILED), OptionalInt.of(1)))
                    .isEqualTo("d");
            assertThat(ids(Set.of(JobStatus.PAUSED), OptionalInt.empty())).isEmpty();
        }

        @Test
        void records_of_one_millisecond_come_by_id() {
            job("b", JobStatus.RUNNING, 1);
            job("a", JobStatus.FAILED, 1);
            job("c", JobStatus.RUNNING, 1);
            assertThat(ids(Set.of(), OptionalInt.empty())).isEqualTo("a b c");
        }

        @Test
        void a_change_moves_a_job_to_the_front_and_into_its_new_status() {
            job("a", JobStatus.RUNNING, 1);
            job("b", JobStatus.RUNNING, 2);
            store.commit(Commits.of("a", 1).entry(JobStatus.PAUSED, NOON.plusSeconds(3)).build());

            assertThat(ids(Set.of(), OptionalInt.empty())).isEqualTo("a b");
            assertThat(ids(Set.of(JobStatus.RUNNING), OptionalInt.empty())).isEqualTo("b");
        }

        @Test
        void after_any_updates_lists_say_what_the_records_say() throws Exception {
            long seed = new Random().nextLong();
            var random = new Random(seed);
            var expected = new TreeMap<String, JobRecord>();
            for (int i = 0; i < 600; i++) {
                var id = "job-" + random.nextInt(40);
                var status = JobStatus.values()[random.nextInt(JobStatus.values().length)];
                var at = NOON.plusMillis(random.nextInt(50));
                if (random.nextInt(20) == 0) {
                    store.delete(JobId.of(id));
                    expected.remove(id);
                } else if (expected.containsKey(id)) {
                    store.commit(Commits.of(id, 1).entry(status, at).build());
                    expected.put(id, store.record(JobId.of(id)).orElseThrow());
                } else {
                    store.create(Commits.of(id, 1).entry(status, at).build());
                    expected.put(id, store.record(JobId.of(id)).orElseThrow());
                }
            }
            store = reopened(store);

            for (var status : JobStatus.values()) {
                assertThat(ids(Set.of(status), OptionalInt.empty()))
                        .as("seed %d, %s", seed, status)
                        .isEqualTo(newestFirst(expected, Set.of(status)));
            }
            assertThat(store.counts())
                    .as("seed %d", seed)
                    .isEqualTo(
                            expected.values().stream()
                                    .collect(groupingBy(JobRecord::status, counting())));
            assertThat(ids(Set.of(), OptionalInt.empty()))
                    .as("seed %d", seed)
                    .isEqualTo(newestFirst(expected, Set.of(JobStatus.values())));
            assertThat(store.unfinished().stream().map(JobId::value).sorted().toList())
                    .as("seed %d", seed)
                    .isEqualTo(
                            expected.entrySet().stream()
                                    .filter(e -> !e.getValue().status().terminal())
                                    .map(Map.Entry::getKey)
                                    .toList());
        }

        private static String newestFirst(Map<String, JobRecord> records, Set<JobStatus> statuses) {
            return records.values().stream()
                    .filter(record -> statuses.contains(record.status()))
                    .sorted(
                            Comparator.comparing(JobRecord::updatedAt)
                                    .reversed()
                                    .thenComparing(JobRecord::jobId))
                    .map(record -> record.jobId().value())
                    .collect(joining(" "));
        }

        @Test
        void the_jobs_of_each_status_are_counted() throws Exception {
            assertThat(store.counts()).isEmpty();
            job("a", JobStatus.PENDING, 1);
            job("b", JobStatus.PENDING, 2);
            job("c", JobStatus.RUNNING, 3);
            assertThat(store.counts())
                    .isEqualTo(Map.of(JobStatus.PENDING, 2L, JobStatus.RUNNING, 1L));

            store.commit(Commits.of("a", 1).entry(JobStatus.RUNNING, NOON.plusSeconds(4)).build());
            store.commit(Commits.of("a", 1).entry(JobStatus.RUNNING, NOON.plusSeconds(5)).build());
            store.commit(Commits.of("c", 1).facts(1, 1).build());
            store.claim(JobId.of("c"));
            assertThat(store.counts())
                    .isEqualTo(Map.of(JobStatus.PENDING, 1L, JobStatus.RUNNING, 2L));

            store.delete(JobId.of("b"));
            store.delete(JobId.of("b"));
            store = reopened(store);
            assertThat(store.counts()).isEqualTo(Map.of(JobStatus.RUNNING, 2L));

            store.commit(Commits.of("c", 2).entry(JobStatus.FAILED, NOON.plusSeconds(6)).build());
            assertThat(store.counts())
                    .isEqualTo(Map.of(JobStatus.RUNNING, 1L, JobStatus.FAILED, 1L));
        }

        @Test
        void a_refused_commit_counts_for_nothing() {
            job("a", JobStatus.RUNNING, 1);
            assertThatThrownBy(
                            () ->
                                    store.commit(
                                            Commits.of("a", 0)
                                                    .entry(JobStatus.FAILED, NOON.plusSeconds(2))
                                                    .build()))
                    .isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> job("a", JobStatus.PAUSED, 3))
                    .isInstanceOf(StoreException.class);
            assertThat(store.counts()).isEqualTo(Map.of(JobStatus.RUNNING, 1L));
        }

        @Test
        void only_jobs_that_have_not_ended_are_unfinished() {
            for (var status : JobStatus.values()) {
                job(status.wire(), status, 1);
            }
            assertThat(store.unfinished().stream().map(JobId::value))
                    .containsExactlyInAnyOrder(
                            "pending",
                            "validated",
                            "scheduled",
                            "queued",
                            "running",
                            "pausing",
                            "paused",
                            "cancelling",
                            "unknown");
        }

        @Test
        void ended_jobs_come_oldest_first_by_the_moment_of_their_end() {
            job("late", JobStatus.COMPLETED, 30);
            job("early", JobStatus.FAILED, 10);
            job("middle", JobStatus.CANCELLED, 20);
            job("alive", JobStatus.RUNNING, 1);
            // A replayed dead letter changes a record after the end; retention still counts from
            // the end.
            store.commit(
                    Commits.of("early", 1).entry(JobStatus.FAILED, NOON.plusSeconds(99)).build());

            assertThat(ended(0, 30_000, 10)).isEqualTo("early@10000 middle@20000");
            assertThat(ended(0, 30_001, 10)).isEqualTo("early@10000 middle@20000 late@30000");
            assertThat(ended(10_001, 99_000, 10)).isEqualTo("middle@20000 late@30000");
            assertThat(ended(20_000, 99_000, 1)).isEqualTo("middle@20000");
            assertThat(ended(30_001, 99_000, 10)).isEmpty();
            assertThat(ended(0, 99_000, 1)).isEqualTo("early@10000");
            store.delete(JobId.of("early"));
            assertThat(ended(0, 99_000, 1)).isEqualTo("middle@20000");
        }

        /** Jobs that ended between two moments, each with its own, in milliseconds after noon. */
        private String ended(int fromMs, int beforeMs, int limit) {
            return store.ended(NOON.plusMillis(fromMs), NOON.plusMillis(beforeMs), limit).stream()
                    .map(each -> each.job() + "@" + Duration.between(NOON, each.at()).toMillis())
                    .collect(joining(" "));
        }

        private void job(String id, JobStatus status, int second) {
            store.create(Commits.of(id, 1).entry(status, NOON.plusSeconds(second)).build());
        }

        private String ids(Set<JobStatus> statuses, OptionalInt limit) {
            return store.records(statuses, limit).stream()
                    .map(record -> record.jobId().value())
                    .collect(joining(" "));
        }
    }

    @Nested
    class DeadLetters {

        @Test
        void they_come_by_index_and_a_new_one_replaces_its_predecessor() {
            store.create(Commits.first("simple-1").build());
            store.commit(
                    Commits.of("simple-1", 1)
                            .deadLetter(10, "missing")
                            .deadLetter(2, "expired")
                            .build());
            store.commit(Commits.of("simple-1", 1).deadLetter(2, "handler_rejected").build());

            assertThat(store.deadLetters(JOB))
                    .containsExactly(
                            Commits.deadLetterOf(2, "handler_rejected"),
                            Commits.deadLetterOf(10, "missing"));
            assertThat(store.deadLetter(JOB, 10)).contains(Commits.deadLetterOf(10, "missing"));
            assertThat(store.deadLetter(JOB, 3)).isEmpty();
        }
    }

    @Nested
    class Compacting {

        @BeforeEach
        void four_groups_and_a_snapshot_in_the_third() {
            store.create(Commits.first("simple-1").facts(1, 2).build());
            store.commit(Commits.of("simple-1", 1).facts(3, 4).build());
            store.commit(Commits.of("simple-1", 1).facts(5, 6).snapshot(5, "{}").build());
            store.commit(Commits.of("simple-1", 1).facts(7, 8).build());
        }

        @Test
        void a_group_without_kept_lines_is_deleted() {
            store.compact(JOB, 4, lines -> new byte[0]);
            assertThat(sequences(store.facts(JOB, 0, 99))).isEqualTo("5-6 7-8");
        }

        @Test
        void a_group_keeps_its_numbers_and_what_is_kept_of_its_lines() {
            store.compact(JOB, 2, lines -> utf8("{\"seq\":2}\n"));

            var first = store.facts(JOB, 0, 99).getFirst();
            assertThat(sequences(List.of(first))).isEqualTo("1-2");
            assertThat(text(first.lines())).isEqualTo("{\"seq\":2}\n");
            assertThat(first.events()).isEqualTo(1);
            assertThat(sequences(store.lastFacts(JOB, 7))).isEqualTo("1-2 3-4 5-6 7-8");
        }

        @Test
        void facts_after_the_snapshot_are_never_touched() {
            store.compact(JOB, 1_000, lines -> new byte[0]);
            assertThat(sequences(store.facts(JOB, 0, 99))).isEqualTo("5-6 7-8");
            assertThat(sequences(store.load(JOB).orElseThrow().tail())).isEqualTo("5-6 7-8");
        }

        @Test
        void a_group_that_only_begins_in_range_stays() {
            store.compact(JOB, 3, lines -> new byte[0]);
            assertThat(sequences(store.facts(JOB, 0, 99))).isEqualTo("3-4 5-6 7-8");
        }

        @Test
        void without_a_snapshot_nothing_happens() {
            store.create(Commits.first("fresh").facts(1, 2).build());
            store.compact(JobId.of("fresh"), 2, lines -> new byte[0]);
            assertThat(store.facts(JobId.of("fresh"), 0, 9)).hasSize(1);
            store.compact(JobId.of("absent"), 2, lines -> new byte[0]);
        }

        @Test
        void a_log_that_was_emptied_goes_on_after_its_last_number() throws Exception {
            store.commit(Commits.of("simple-1", 1).snapshot(8, "{}").build());
            store.compact(JOB, 8, lines -> new byte[0]);
            store = reopened(store);

            assertThat(store.load(JOB).orElseThrow().tail()).isEmpty();
            assertThatThrownBy(() -> store.commit(Commits.of("simple-1", 1).facts(8, 8).build()))
                    .isInstanceOf(StoreException.class);
            store.commit(Commits.of("simple-1", 1).facts(9, 9).build());
            assertThat(sequences(store.load(JOB).orElseThrow().tail())).isEqualTo("9-9");
        }

        @Test
        void a_long_log_is_shortened_to_its_end() {
            store.create(Commits.first("long").facts(1, 1).build());
            for (int s = 2; s <= 600; s++) {
                store.commit(
                        Commits.of("long", 1)
                                .facts(s, s, "{\"a\":\"" + "x".repeat(5_000) + "\"}\n")
                                .build());
            }
            store.commit(Commits.of("long", 1).snapshot(600, "{}").build());
            store.compact(
                    JobId.of("long"),
                    600,
                    lines -> utf8("{\"b\":\"" + "y".repeat(4_000) + "\"}\n"));
            assertThat(store.facts(JobId.of("long"), 0, 1_000))
                    .hasSize(600)
                    .allSatisfy(group -> assertThat(text(group.lines())).startsWith("{\"b\""));
        }
    }

    @Nested
    class Deleting {

        @Test
        void nothing_is_left_and_late_commits_are_refused() throws Exception {
            store.create(Commits.first("simple-10").facts(1, 1).deadLetter(0, "expired").build());
            store.create(Commits.first("simple-1").facts(1, 2).key("k", "d", NOON).build());
            store.commit(
                    Commits.of("simple-1", 1)
                            .facts(3, 3)
                            .snapshot(2, "{}")
                            .entry(JobStatus.COMPLETED, NOON.plusSeconds(1))
                            .deadLetter(0, "expired")
                            .build());

            store.delete(JOB);

            assertThatRefused(
                    () -> store.commit(Commits.of("simple-1", 9).facts(4, 4).build()),
                    ErrorCode.STORE_STALE_EPOCH,
                    "Expected to write to job simple-1, but it was deleted or never made");
            store = reopened(store);
            assertThat(store.load(JOB)).isEmpty();
            assertThat(store.record(JOB)).isEmpty();
            assertThat(store.facts(JOB, 0, 9)).isEmpty();
            assertThat(store.lastFacts(JOB, 9)).isEmpty();
            assertThat(store.deadLetters(JOB)).isEmpty();
            assertThat(store.records(Set.of(), OptionalInt.empty())).hasSize(1);
            assertThat(store.ended(Instant.EPOCH, NOON.plusSeconds(9), 9)).isEmpty();
            assertThatThrownBy(() -> store.claim(JOB)).isInstanceOf(StoreException.class);
            assertThat(store.facts(JobId.of("simple-10"), 0, 9)).hasSize(1);
            assertThat(store.deadLetters(JobId.of("simple-10"))).hasSize(1);
        }

        @Test
        void a_job_that_does_not_exist_is_already_deleted() {
            store.delete(JOB);
            store.delete(JOB);
            assertThat(store.unfinished()).isEmpty();
        }

        @Test
        void an_id_can_be_used_again_and_shows_nothing_of_the_former_job() {
            store.create(Commits.first("simple-1").facts(1, 9).deadLetter(0, "expired").build());
            store.delete(JOB);
            store.create(Commits.first("simple-1").facts(1, 2).build());
            assertThat(sequences(store.load(JOB).orElseThrow().tail())).isEqualTo("1-2");
            assertThat(store.deadLetters(JOB)).isEmpty();
        }
    }

    @Nested
    class OddIds {

        private static final List<String> ODD =
                List.of(
                        "a:b",
                        "a",
                        "a%3Ab",
                        "a:deliveries",
                        "a b",
                        "a/b",
                        "a/",
                        "/",
                        "..",
                        "tab\there",
                        "line\nbreak",
                        "zero\0byte",
                        "übergröße",
                        "空",
                        "\uD83D\uDE80",
                        "nbsp\u00A0",
                        "\uFFFF",
                        "x".repeat(1_000));

        @Test
        void no_id_meets_another() throws Exception {
            for (var id : ODD) {
                store.create(
                        Commits.first(id)
                                .facts(1, 1, "{\"id\":" + ODD.indexOf(id) + "}\n")
                                .deadLetter(0, "r" + ODD.indexOf(id))
                                .key(id, id, NOON)
                                .build());
            }
            store = reopened(store);

            assertThat(store.unfinished().stream().map(JobId::value))
                    .containsExactlyInAnyOrderElementsOf(ODD);
            for (var id : ODD) {
                var job = JobId.of(id);
                assertThat(store.record(job).orElseThrow().jobId()).isEqualTo(job);
                assertThat(store.facts(job, 0, 9)).hasSize(1);
                assertThat(text(store.facts(job, 0, 9).getFirst().lines()))
                        .isEqualTo("{\"id\":" + ODD.indexOf(id) + "}\n");
                assertThat(store.deadLetters(job)).hasSize(1);
                assertThat(store.create(Commits.first("again").key(id, "d", NOON).build()))
                        .contains(new Store.EarlierReply(job, id));
            }
            for (var id : ODD) {
                store.delete(JobId.of(id));
            }
            assertThat(store.unfinished()).isEmpty();
        }

        @Test
        void half_a_surrogate_pair_is_no_id() {
            assertThatThrownBy(() -> store.create(Commits.first("a\uD83D").build()))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Nested
    class Documents {

        @Test
        void they_are_kept_by_family_and_name() throws Exception {
            store.put("bundle", "abc", utf8("1"));
            store.put("bundle", "abc", utf8("2"));
            store.put("bundl", "eabc", utf8("3"));
            store.put("bundle", "a/b", utf8("4"));
            store.put("bundle/a", "b", utf8("5"));
            store = reopened(store);

            assertThat(store.get("bundle", "abc").map(Commits::text)).contains("2");
            assertThat(store.get("bundl", "eabc").map(Commits::text)).contains("3");
            assertThat(store.get("bundle", "a/b").map(Commits::text)).contains("4");
            assertThat(store.get("bundle/a", "b").map(Commits::text)).contains("5");
            assertThat(store.get("bundle", "none")).isEmpty();
        }

        @Test
        void one_that_is_removed_is_gone_and_its_neighbours_stay() throws Exception {
            store.put("bundle", "abc", utf8("1"));
            store.put("bundle", "abcd", utf8("2"));
            store.put("bundles", "abc", utf8("3"));
            store.remove("bundle", "abc");
            store.remove("bundle", "abc");
            store.remove("bundle", "never-was");
            store = reopened(store);

            assertThat(store.get("bundle", "abc")).isEmpty();
            assertThat(store.get("bundle", "abcd").map(Commits::text)).contains("2");
            assertThat(store.get("bundles", "abc").map(Commits::text)).contains("3");
            store.put("bundle", "abc", utf8("4"));
            assertThat(store.get("bundle", "abc").map(Commits::text)).contains("4");
        }
    }

    @Nested
    class BlobsOfBytes {

        @Test
        void bytes_come_back_under_their_hash() throws Exception {
            var name = store.blobs().put(utf8("hello"));
            store = reopened(store);

            assertThat(name)
                    .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
            assertThat(store.blobs().get(name).map(Commits::text)).contains("hello");
            assertThat(store.blobs().put(utf8("hello"))).isEqualTo(name);
            assertThat(store.blobs().put(new ByteArrayInputStream(utf8("hello")))).isEqualTo(name);
        }

        @Test
        void large_and_empty_streams_are_blobs_too() {
            var large = new byte[3_000_000];
            new Random(7).nextBytes(large);
            var name = store.blobs().put(new ByteArrayInputStream(large));
            assertThat(store.blobs().get(name)).contains(large);

            var empty = store.blobs().put(new byte[0]);
            assertThat(store.blobs().get(empty)).contains(new byte[0]);
        }

        @Test
        void an_unknown_or_odd_name_is_no_blob() {
            assertThat(store.blobs().get("0".repeat(64))).isEmpty();
            assertThat(store.blobs().get("../../etc/passwd")).isEmpty();
            assertThat(store.blobs().file("../../etc/passwd")).isEmpty();
            assertThat(store.blobs().file("0".repeat(64))).isEmpty();
        }

        @Test
        void many_may_put_the_same_bytes_at_once() throws Exception {
            assertThat(Set.copyOf(concurrently(32, n -> store.blobs().put(utf8("same")))))
                    .hasSize(1);
        }
    }

    @Nested
    class ManyAtOnce {

        @Test
        void every_acknowledged_commit_is_there_in_its_order() throws Exception {
            int writers = 64;
            int commits = 50;
            concurrently(
                    writers,
                    n -> {
                        var id = "job-" + n;
                        store.create(Commits.first(id).build());
                        for (int s = 1; s <= commits; s++) {
                            store.commit(Commits.of(id, 1).facts(s, s).build());
                            if (s % 10 == 0) {
                                assertThat(
                                                store.lastFacts(JobId.of(id), 1)
                                                        .getFirst()
                                                        .lastSequence())
                                        .isEqualTo(s);
                            }
                        }
                        return n;
                    });
            store = reopened(store);

            for (int n = 0; n < writers; n++) {
                var groups = store.load(JobId.of("job-" + n)).orElseThrow().tail();
                assertThat(groups.stream().map(Facts::firstSequence).toList())
                        .isEqualTo(
                                IntStream.rangeClosed(1, commits).mapToObj(Long::valueOf).toList());
            }
        }

        @Test
        void a_refused_commit_does_not_hurt_its_neighbours() throws Exception {
            store.create(Commits.first("stale").build());
            store.claim(JobId.of("stale"));
            var outcomes =
                    concurrently(
                            64,
                            n -> {
                                if (n % 2 == 0) {
                                    store.create(Commits.first("good-" + n).facts(1, 1).build());
                                    return true;
                                }
                                try {
                                    store.commit(Commits.of("stale", 1).facts(1, 1).build());
                                    return true;
                                } catch (StoreException e) {
                                    return false;
                                }
                            });
            assertThat(outcomes).filteredOn(ok -> ok).hasSize(32);
            assertThat(store.unfinished()).hasSize(33);
            assertThat(store.facts(JobId.of("stale"), 0, 9)).isEmpty();
        }

        @Test
        void of_two_owners_only_the_newer_one_leaves_facts_after_its_claim() throws Exception {
            store.create(Commits.first("simple-1").build());
            var wrote = new CountDownLatch(1);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Long> old =
                        threads.submit(
                                () -> {
                                    for (long s = 1; ; s++) {
                                        try {
                                            store.commit(
                                                    Commits.of("simple-1", 1).facts(s, s).build());
                                            wrote.countDown();
                                        } catch (StoreException e) {
                                            assertThat(e.code())
                                                    .isEqualTo(ErrorCode.STORE_STALE_EPOCH);
                                            return s - 1;
                                        }
                                    }
                                });
                wrote.await();
                store.claim(JOB);
                long atClaim = store.lastFacts(JOB, 1).getFirst().lastSequence();
                assertThat(old.get()).isEqualTo(atClaim);
            }
        }

        @Test
        void closing_while_others_write_loses_no_acknowledged_commit() throws Exception {
            int writers = 32;
            var acknowledged = new ConcurrentHashMap<Integer, Long>();
            var going = new CountDownLatch(writers);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var results = new ArrayList<Future<?>>();
                for (int n = 0; n < writers; n++) {
                    int writer = n;
                    store.create(Commits.first("job-" + writer).build());
                    results.add(
                            threads.submit(
                                    () -> {
                                        for (long s = 1; ; s++) {
                                            try {
                                                store.commit(
                                                        Commits.of("job-" + writer, 1)
                                                                .facts(s, s)
                                                                .build());
                                                store.lastFacts(JobId.of("job-" + writer), 1);
                                                going.countDown();
                                                acknowledged.put(writer, s);
                                            } catch (StoreException e) {
                                                assertThat(e.code())
                                                        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
                                                return null;
                                            }
                                        }
                                    }));
                }
                going.await();
                store.close();
                for (var result : results) {
                    result.get();
                }
            }
            var again = reopened(store);
            if (again == store) {
                return; // nothing outlives this store
            }
            store = again;
            acknowledged.forEach(
                    (writer, last) ->
                            assertThat(store.facts(JobId.of("job-" + writer), 0, Integer.MAX_VALUE))
                                    .hasSizeBetween(last.intValue(), last.intValue() + 1));
        }

        @Test
        void after_closing_every_call_says_so() {
            store.close();
            store.close();
            assertThatRefused(
                    () -> store.commit(Commits.of("simple-1", 1).build()),
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to use the store, but it is closed: open it again");
            assertThatRefused(
                    () -> store.record(JOB),
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to use the store, but it is closed: open it again");
        }

        @Test
        void an_interrupt_is_passed_on_and_the_commit_still_happens() throws Exception {
            store.create(Commits.first("simple-1").build());
            var flag =
                    concurrently(
                            1,
                            n -> {
                                Thread.currentThread().interrupt();
                                store.commit(Commits.of("simple-1", 1).facts(1, 1).build());
                                return Thread.interrupted();
                            });
            assertThat(flag).containsExactly(true);
            assertThat(store.facts(JOB, 0, 9)).hasSize(1);
        }
    }

    @Test
    void a_healthy_store_has_no_damage() {
        assertThat(store.damage()).isEmpty();
    }

    // ---- how the tests above speak

    /** Work of one of many threads. */
    protected interface Work<T> {
        T of(int number) throws Exception;
    }

    /** Runs the work on so many virtual threads and returns what they return, in their order. */
    protected static <T> List<T> concurrently(int threads, Work<T> work) throws Exception {
        var start = new CountDownLatch(1);
        var results = new ArrayList<Future<T>>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int n = 0; n < threads; n++) {
                int number = n;
                results.add(
                        executor.submit(
                                () -> {
                                    start.await();
                                    return work.of(number);
                                }));
            }
            start.countDown();
        }
        var values = new ArrayList<T>();
        for (var result : results) {
            values.add(result.get());
        }
        return values;
    }

    private static Facts group(long first, long last) {
        return new Facts(first, last, utf8(lines(first, last)));
    }

    protected static String sequences(List<Facts> groups) {
        return groups.stream()
                .map(group -> group.firstSequence() + "-" + group.lastSequence())
                .collect(Collectors.joining(" "));
    }

    protected static void assertThatRefused(ThrowingCallable call, ErrorCode code, String message) {
        var refusal = catchThrowableOfType(StoreException.class, call);
        assertThat(refusal).as("refusal").isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal).hasMessage(message);
    }
}
