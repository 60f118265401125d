package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.store.Commit;
import mirrorneuron.store.Store;
import mirrorneuron.store.rocksdb.RocksStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run's files after a crash at every moment of writing them: always those of a run that was
 * recorded in one go.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingTest {

    private static final JobId JOB = JobId.of("recorded");
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-05-01T00:00:00Z"));
    private static final long NO_ROTATION = 10 << 20;
    private static final List<String> LINES =
            List.of(RunFolder.EVENTS, RunFolder.LOGS, RunFolder.ERRORS, RunFolder.TIMELINE);

    @TempDir static Path temp;
    private Store store;
    private BundleLibrary library;
    private JobRecord record;
    private Map<String, List<String>> reference;
    private List<Long> commits;
    private int folders;

    @BeforeAll
    void make_a_log_and_record_it_in_one_go() throws Exception {
        var home = temp.resolve("home");
        try (var mn = MirrorNeuron.embedded().home(home).recordRuns(false).start()) {
            mn.jobs()
                    .submit(
                            BundleSource.manifest(
                                    """
                                    {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                                     "initial_inputs":{"door":[]},"metadata":{},
                                     "nodes":[{"node_id":"door","agent_type":"sensor",
                                       "config":{"complete_after":12,"terminal_sink":true,"complete_run":true}}],
                                     "edges":[]}
                                    """),
                            SubmitOptions.defaults()
                                    .withJobId(JOB)
                                    .withConfigOverrides(
                                            (JsonObject)
                                                    Json.parse(
                                                            """
                                                            {"limit":3,"api_key":"sk-live-1"}
                                                            """)))
                    .orThrow();
            for (int n = 0; n < 12; n++) {
                mn.jobs().send(JOB, AgentId.of("door"), Message.of("knock", JsonNumber.of(n)));
            }
            mn.jobs().await(JOB, Duration.ofSeconds(20));
        }
        assertThat(home.resolve("runs").resolve(JOB.value())).doesNotExist();
        store = RocksStore.open(home, "mirrorneuron", CLOCK);
        library = new BundleLibrary(store, home.resolve("cache/bundles"), ManifestLimits.DEFAULT);
        record = store.record(JOB).orElseThrow();
        commits = new ArrayList<>();
        for (var group : store.facts(JOB, 0, Integer.MAX_VALUE)) {
            commits.add(group.lastSequence());
        }
        assertThat(commits).hasSizeGreaterThan(5);
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        reference = lines(folder(root));
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    @Test
    void the_files_hold_each_event_once_and_one_beginning_and_one_end() throws IOException {
        var lines = parsed(referenced(RunFolder.EVENTS));
        assertThat(lines.getFirst().string("type")).contains("run_started");
        assertThat(lines.get(1).string("type")).contains("inputs_loaded");
        assertThat(lines.getLast().string("type")).contains("run_completed");
        var events = numbered(lines);
        assertThat(events).hasSize(lines.size() - 3);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).integer("seq")).hasValue(i + 1);
        }
        assertThat(events.getLast().string("type")).contains("job_completed");
        var timeline = parsed(referenced(RunFolder.TIMELINE));
        assertThat(timeline.getFirst().string("type")).contains("run_started");
        assertThat(timeline.getLast().string("type")).contains("run_completed");
        assertThat(timeline.stream().filter(line -> line.at("type").toString().contains("run_")))
                .hasSize(2);
        assertThat(referenced(RunFolder.ERRORS)).isEmpty();
    }

    @Test
    void the_folder_says_what_the_run_was_begun_with_without_its_secrets() throws IOException {
        var root = freshRoot();
        advance(root, until(commits.getFirst()), NO_ROTATION);
        assertThat(document(root, RunFolder.CONFIG))
                .isEqualTo(Json.parse("{\"limit\":3,\"api_key\":\"[REDACTED]\"}"));
        assertThat(document(root, RunFolder.INPUTS))
                .isEqualTo(
                        Json.parse(
                                """
                                {"adapter":"json","real_ready":true,"inputs":{"door":[]}}
                                """));
    }

    @Test
    void a_run_that_ended_lists_its_files_with_their_hashes() throws IOException {
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        var listed = document(root, RunFolder.ARTIFACTS).array("artifacts");
        var names = new ArrayList<String>();
        for (var element : listed) {
            var entry = (JsonObject) element;
            var file = folder(root).resolve(entry.string("path").orElseThrow());
            names.add(entry.string("id").orElseThrow());
            assertThat(entry.integer("size")).as(names.getLast()).hasValue(Files.size(file));
            assertThat(entry.string("sha256"))
                    .as(names.getLast())
                    .contains(
                            WholeFiles.sha256(new PlainFile(folder(root), file), Files.size(file)));
        }
        assertThat(names)
                .contains("events_jsonl", "errors_jsonl", "timeline_json", "run_json")
                .contains("result_json", "config_json", "inputs_json")
                .doesNotContain("artifacts_json", "observability_summary_json");
    }

    @Test
    void a_run_that_is_full_says_so_once_and_keeps_its_counts() throws IOException {
        var root = freshRoot();
        var small = settings(root, NO_ROTATION, 4_000);
        for (var commit : commits) {
            recording(until(commit), small).advance();
        }
        var events = parsed(lines(folder(root)).getOrDefault(RunFolder.EVENTS, List.of()));
        assertThat(events.getLast().string("type")).contains("run_store_full");
        assertThat(events.getLast().object("payload").integer("max_bytes")).hasValue(4_000);
        assertThat(events.size()).isGreaterThan(2).isLessThan(referenced(RunFolder.EVENTS).size());
        long bytes = 0;
        for (var name : Position.FILES) {
            bytes +=
                    Files.exists(folder(root).resolve(name))
                            ? Files.size(folder(root).resolve(name))
                            : 0;
        }
        assertThat(bytes).isLessThan(4_000 + 1_000);
        assertClosed(folder(root));
        assertThat(document(root, RunFolder.SUMMARY).object("counts").integer("events"))
                .hasValue(numbered(parsed(referenced(RunFolder.EVENTS))).size());
    }

    /** The events of the job; what the run says of its own course has no number. */
    private static List<JsonObject> numbered(List<JsonObject> lines) {
        return lines.stream().filter(line -> line.integer("seq").orElse(0) > 0).toList();
    }

    private JsonObject document(Path root, String name) throws IOException {
        return WholeFiles.read(folder(root).resolve(name)).orElseThrow();
    }

    @Test
    void recording_after_each_commit_gives_the_same_files() throws IOException {
        var root = freshRoot();
        for (var limit : commits) {
            advance(root, until(limit), NO_ROTATION);
        }
        assertThat(lines(folder(root))).isEqualTo(reference);
        assertClosed(folder(root));
    }

    @Test
    void a_crash_between_the_files_of_a_batch_and_its_position_doubles_and_tears_nothing()
            throws IOException {
        for (int commit = 0; commit + 1 < commits.size(); commit++) {
            var before = freshRoot();
            advance(before, until(commits.get(commit)), NO_ROTATION);
            var after = copy(before);
            advance(after, until(commits.get(commit + 1)), NO_ROTATION);
            for (int written = 0; written <= LINES.size(); written++) {
                for (boolean torn : new boolean[] {false, true}) {
                    var crashed = copy(before);
                    for (int file = 0; file < written; file++) {
                        boolean half = torn && file == written - 1;
                        append(folder(crashed), folder(after), LINES.get(file), half);
                    }
                    advance(crashed, store, NO_ROTATION);
                    assertThat(lines(folder(crashed)))
                            .as("commit %d, %d files written, torn %s", commit, written, torn)
                            .isEqualTo(reference);
                    assertClosed(folder(crashed));
                }
            }
        }
    }

    @Test
    void files_that_are_shorter_than_noted_are_written_again() throws IOException {
        for (var name : List.of(RunFolder.EVENTS, RunFolder.LOGS, RunFolder.TIMELINE)) {
            var root = freshRoot();
            advance(root, until(commits.get(4)), NO_ROTATION);
            var file = folder(root).resolve(name);
            var bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

            advance(root, store, NO_ROTATION);

            assertThat(lines(folder(root))).as(name).isEqualTo(reference);
        }
    }

    @Test
    void a_damaged_or_lost_position_is_made_good() throws IOException {
        for (var damage :
                List.of(
                        "",
                        "{\"schema\":1",
                        "[]",
                        "{\"schema\":9}",
                        "{\"schema\":1,\"job_id\":\"recorded\",\"files\":{\"events.jsonl\":{\"segments\":[1]}}}",
                        "{\"schema\":1,\"job_id\":\"recorded\",\"files\":{\"events.jsonl\":{\"bytes\":-1}}}",
                        "{\"schema\":1,\"job_id\":\"recorded\",\"files\":{\"resource_samples.jsonl\":{\"bytes\":-1}}}",
                        "{\"schema\":1,\"job_id\":\"recorded\",\"rotating\":{\"file\":\"events.jsonl\",\"segments\":-9}}")) {
            var root = freshRoot();
            advance(root, until(commits.get(3)), NO_ROTATION);
            Files.writeString(folder(root).resolve(RunFolder.POSITION), damage);
            advance(root, store, NO_ROTATION);
            assertThat(lines(folder(root))).as(damage).isEqualTo(reference);
        }
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        Files.delete(folder(root).resolve(RunFolder.POSITION));
        advance(root, store, NO_ROTATION);
        assertThat(lines(folder(root))).isEqualTo(reference);
        assertClosed(folder(root));
    }

    @Test
    void a_crash_while_a_run_is_closed_closes_it_again() throws IOException {
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        var folder = folder(root);
        var result = Files.readString(folder.resolve(RunFolder.RESULT));
        var position = Files.readString(folder.resolve(RunFolder.POSITION));
        Files.writeString(
                folder.resolve(RunFolder.POSITION),
                position.replace("\"closed\":true", "\"closed\":false"));
        Files.delete(folder.resolve(RunFolder.SUMMARY));

        advance(root, store, NO_ROTATION);

        assertClosed(folder);
        assertThat(Files.readString(folder.resolve(RunFolder.RESULT))).isEqualTo(result);
        assertThat(lines(folder)).isEqualTo(reference);
    }

    @Test
    void long_files_are_put_aside_and_read_as_one() throws IOException {
        var root = freshRoot();
        for (var limit : commits) {
            advance(root, until(limit), 4_000);
        }
        var folder = folder(root);
        assertThat(folder.resolve("events.001.jsonl")).exists();
        assertThat(folder.resolve("events.002.jsonl")).exists();

        var all = new TailReader(folder, RunFolder.EVENTS).last(0);
        assertThat(all.stream().map(JsonObject::toString)).isEqualTo(referenced(RunFolder.EVENTS));
        var some = new TailReader(folder, RunFolder.EVENTS).last(11);
        assertThat(some).isEqualTo(all.subList(all.size() - 11, all.size()));

        var index = (JsonObject) Json.parse(Files.readString(folder.resolve("events.index.json")));
        var newest = (JsonObject) index.array("segments").get(0);
        assertThat(newest.string("file")).contains("events.001.jsonl");
        assertThat(newest.string("artifact_id")).contains("events_jsonl_001");
        assertThat(newest.string("sha256"))
                .contains(
                        WholeFiles.sha256(
                                PlainFile.in(folder, "events.001.jsonl"),
                                Files.size(folder.resolve("events.001.jsonl"))));
    }

    @Test
    void a_crash_between_two_moves_of_a_rotation_loses_nothing() throws IOException {
        for (int moves = 0; moves <= 3; moves++) {
            var root = freshRoot();
            int commit = 0;
            while (!Files.exists(folder(root).resolve("events.002.jsonl"))) {
                advance(root, until(commits.get(commit++)), 4_000);
            }
            var folder = folder(root);
            // What is noted before the moves begin, then some of them.
            var position =
                    (JsonObject) Json.parse(Files.readString(folder.resolve(RunFolder.POSITION)));
            int parts = position.object("files").object(RunFolder.EVENTS).array("segments").size();
            Files.writeString(
                    folder.resolve(RunFolder.POSITION),
                    position.with(
                                    "rotating",
                                    JsonObject.builder()
                                            .put("file", RunFolder.EVENTS)
                                            .put("segments", parts)
                                            .build())
                            .toString());
            for (int move = 0; move < moves && parts - move >= 0; move++) {
                Files.move(
                        folder.resolve(LineFile.segment(RunFolder.EVENTS, parts - move)),
                        folder.resolve(LineFile.segment(RunFolder.EVENTS, parts - move + 1)));
            }

            advance(root, store, NO_ROTATION);

            assertThat(
                            new TailReader(folder, RunFolder.EVENTS)
                                    .last(0).stream().map(JsonObject::toString))
                    .as("%d moves", moves)
                    .isEqualTo(referenced(RunFolder.EVENTS));
        }
    }

    @Test
    void a_stream_that_is_read_while_files_are_put_aside_misses_and_repeats_nothing()
            throws IOException {
        var root = freshRoot();
        var seen = new ArrayList<String>();
        var cursor = "";
        for (int commit = 0; commit < commits.size(); commit++) {
            var recording = recording(root, until(commits.get(commit)), 4_000);
            recording.advance();
            if (commit % 3 != 0 && commit + 1 < commits.size()) {
                continue; // so that some pages span a rotation
            }
            boolean more = true;
            while (more) {
                var channels = new Channels(folder(root), recording::generation, cursor);
                for (var record :
                        channels.next(Set.of("events"), List.of(), "recorded", _ -> true)) {
                    seen.add(record.without("id").without("channel").toString());
                }
                cursor = channels.cursor();
                more = channels.hasMore();
            }
        }
        assertThat(folder(root).resolve("events.002.jsonl")).exists();
        assertThat(seen).isEqualTo(referenced(RunFolder.EVENTS));
    }

    @Test
    void a_run_that_was_closed_long_ago_goes_when_that_is_asked_for() throws IOException {
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        var open = freshRoot();
        advance(open, until(commits.get(1)), NO_ROTATION);
        var foreign = Files.createDirectories(root.resolve("somebody-elses"));
        var later = InstantSource.fixed(Instant.now().plus(Duration.ofDays(8)));

        assertThat(retention(root, 9, later).sweep(() -> false)).isZero();
        assertThat(retention(root, 7, later).sweep(() -> false)).isEqualTo(1);
        assertThat(retention(open, 7, later).sweep(() -> false)).isZero();

        assertThat(folder(root)).doesNotExist();
        assertThat(foreign).exists();
        assertThat(folder(open)).exists();
    }

    @Test
    void what_a_crash_left_of_a_deletion_goes_although_runs_are_kept_for_ever() throws IOException {
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        var left = Files.createDirectories(root.resolve(".deleted-other").resolve("inner"));
        Files.writeString(left.resolve("file"), "left");
        var forEver = retention(root, Optional.empty(), CLOCK, new ReentrantLock());

        assertThat(forEver.sweep(() -> true)).isZero();
        assertThat(left).exists();
        assertThat(forEver.sweep(() -> false)).isZero();

        assertThat(left.getParent()).doesNotExist();
        assertThat(folder(root)).exists();
    }

    @Test
    void a_run_goes_although_a_crash_left_another_deletion_of_it() throws IOException {
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        var left = Files.createDirectories(root.resolve(".deleted-" + folder(root).getFileName()));
        Files.writeString(left.resolve("file"), "left");

        retention(root, 7, CLOCK).delete(folder(root), Optional.empty());

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void nothing_goes_while_somebody_writes_in_it() throws Exception {
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        var position = folder(root).resolve(RunFolder.POSITION);
        var lock = new ReentrantLock();
        var later = InstantSource.fixed(Instant.now().plus(Duration.ofDays(8)));
        var retention = retention(root, Optional.of(Duration.ofDays(7)), later, lock);
        lock.lock();
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            var swept = thread.submit(() -> retention.sweep(() -> false));
            while (!lock.hasQueuedThreads()) {
                assertThat(swept).isNotDone();
                Thread.onSpinWait();
            }
            // It is written again, so it is not old any more.
            Files.setLastModifiedTime(position, FileTime.from(later.instant()));
            lock.unlock();

            assertThat(swept.get()).isZero();
        }
        assertThat(position).exists();
    }

    @Test
    void a_position_that_names_no_job_keeps_nobody_from_going() throws IOException {
        var root = freshRoot();
        advance(root, store, NO_ROTATION);
        var odd = Files.createDirectories(root.resolve("odd")).resolve(RunFolder.POSITION);
        Files.writeString(odd, "{\"closed\":true,\"job_id\":\" \"}");
        Files.setLastModifiedTime(odd, FileTime.from(Instant.EPOCH));
        var later = InstantSource.fixed(Instant.now().plus(Duration.ofDays(8)));

        assertThat(retention(root, 7, later).sweep(() -> false)).isEqualTo(1);

        assertThat(folder(root)).doesNotExist();
        assertThat(odd).exists();
    }

    private RunRetention retention(Path root, int days, InstantSource clock) {
        return retention(root, Optional.of(Duration.ofDays(days)), clock, new ReentrantLock());
    }

    private RunRetention retention(
            Path root, Optional<Duration> kept, InstantSource clock, ReentrantLock lock) {
        return new RunRetention(store, root, kept, clock, _ -> lock);
    }

    @Test
    void the_oldest_of_five_parts_goes() throws IOException {
        var root = freshRoot();
        for (var limit : commits) {
            advance(root, until(limit), 1_500);
        }
        var folder = folder(root);
        assertThat(LineFile.all(folder, RunFolder.EVENTS)).hasSize(6);
        var index = (JsonObject) Json.parse(Files.readString(folder.resolve("events.index.json")));
        assertThat(index.integer("dropped_segments").orElseThrow()).isPositive();
        var left = new TailReader(folder, RunFolder.EVENTS).last(0);
        assertThat(left.size() + index.integer("dropped_lines").orElseThrow())
                .isEqualTo(referenced(RunFolder.EVENTS).size());
        assertThat(left.getLast().toString()).isEqualTo(referenced(RunFolder.EVENTS).getLast());
    }

    @Test
    void no_sample_is_lost_that_comes_while_a_run_is_derived_again() throws Exception {
        for (int round = 0; round < 20; round++) {
            var root = freshRoot();
            var recording = recording(root, until(commits.get(2)), NO_ROTATION);
            recording.advance();
            var rebuilt = new AtomicBoolean();
            List<JsonObject> taken;
            try (var worker = Executors.newSingleThreadExecutor()) {
                var samples = worker.submit(() -> sampledUntil(rebuilt, recording));
                recording.rebuild();
                rebuilt.set(true);
                taken = samples.get();
            }
            recording.advance();
            assertThat(samples(root)).containsExactlyInAnyOrderElementsOf(taken);
        }
    }

    /** A worker's samples, one a microsecond, fewer than a recording keeps waiting. */
    private static List<JsonObject> sampledUntil(AtomicBoolean enough, Recording recording) {
        var taken = new ArrayList<JsonObject>();
        for (int n = 0; !enough.get() && n < 9_000; n++) {
            var sample = sample(n % 10, n);
            recording.sampled(sample);
            taken.add(sample);
            for (long until = System.nanoTime() + 1_000; System.nanoTime() < until; ) {
                Thread.onSpinWait();
            }
        }
        return taken;
    }

    @Test
    void samples_of_the_machine_survive_a_crash_and_a_rebuild() throws IOException {
        var root = freshRoot();
        var recording = recording(root, until(commits.get(2)), NO_ROTATION);
        recording.sampled(sample(1, 20));
        recording.advance();
        // One that was written and not noted.
        Files.writeString(
                folder(root).resolve(RunFolder.SAMPLES),
                sample(2, 90) + "\n",
                StandardOpenOption.APPEND);
        var again = recording(root, store, NO_ROTATION);
        again.advance();
        assertThat(samples(root)).containsExactly(sample(1, 20), sample(2, 90));

        again.rebuild();

        assertThat(samples(root)).containsExactly(sample(1, 20), sample(2, 90));
        assertThat(lines(folder(root))).isEqualTo(reference);
        var summary =
                (JsonObject) Json.parse(Files.readString(folder(root).resolve(RunFolder.SUMMARY)));
        assertThat(summary.object("resource_peaks").number("max_cpu_pct").orElseThrow().asDouble())
                .isEqualTo(90);
    }

    @Test
    void what_workers_wrote_is_left_alone() throws IOException {
        var root = freshRoot();
        var folder = Files.createDirectories(folder(root));
        Files.writeString(folder.resolve(RunFolder.FINAL_ARTIFACT), "{\"report\":\"mine\"}");
        Files.writeString(folder.resolve(RunFolder.RESULT), "{\"answer\":42}");
        Files.writeString(folder.resolve("report.md"), "# Done");
        Files.writeString(folder.resolve(RunFolder.HUMAN), "{\"type\":\"human_notice\"}");

        advance(root, store, NO_ROTATION);
        recording(root, store, NO_ROTATION).rebuild();

        assertThat(folder.resolve(RunFolder.FINAL_ARTIFACT)).hasContent("{\"report\":\"mine\"}");
        assertThat(folder.resolve(RunFolder.RESULT)).hasContent("{\"answer\":42}");
        assertThat(folder.resolve("report.md")).hasContent("# Done");
        assertThat(folder.resolve(RunFolder.HUMAN)).hasContent("{\"type\":\"human_notice\"}");
        assertThat(lines(folder)).isEqualTo(reference);
    }

    @Test
    void a_link_in_the_place_of_a_file_is_replaced_and_not_followed() throws IOException {
        var root = freshRoot();
        advance(root, until(commits.get(2)), NO_ROTATION);
        var outside = temp.resolve("outside-" + folders);
        Files.writeString(outside, "mine");
        Files.delete(folder(root).resolve(RunFolder.LOGS));
        Files.createSymbolicLink(folder(root).resolve(RunFolder.LOGS), outside);

        advance(root, store, NO_ROTATION);

        assertThat(outside).hasContent("mine");
        assertThat(lines(folder(root))).isEqualTo(reference);
    }

    @Test
    void a_link_in_the_place_of_a_draft_is_replaced_and_not_written_through() throws IOException {
        var root = freshRoot();
        advance(root, until(commits.get(2)), NO_ROTATION);
        var outside = temp.resolve("outside-" + folders);
        Files.writeString(outside, "mine");
        for (var name :
                List.of(
                        RunFolder.POSITION,
                        RunFolder.RUN,
                        RunFolder.JOB,
                        RunFolder.RESULT,
                        RunFolder.SUMMARY)) {
            Files.createSymbolicLink(folder(root).resolve("." + name + ".new"), outside);
        }

        advance(root, store, NO_ROTATION);

        assertThat(outside).hasContent("mine");
        assertThat(lines(folder(root))).isEqualTo(reference);
        assertClosed(folder(root));
    }

    @Test
    void a_link_that_becomes_an_older_part_is_not_cut_through() throws IOException {
        var root = freshRoot();
        var limit = new AtomicLong(commits.get(2));
        var recording = recording(root, until(limit::get), 1);
        recording.advance();
        var outside = temp.resolve("outside-" + folders);
        Files.writeString(outside, "x".repeat(100_000));
        Files.delete(folder(root).resolve(RunFolder.EVENTS));
        Files.createSymbolicLink(folder(root).resolve(RunFolder.EVENTS), outside);

        limit.set(Long.MAX_VALUE);
        assertThatThrownBy(recording::advance).isInstanceOf(IOException.class);
        advance(root, store, NO_ROTATION);

        assertThat(outside).hasSize(100_000);
        assertThat(lines(folder(root))).isEqualTo(reference);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_pipe_in_the_place_of_a_file_holds_nobody_up() throws Exception {
        var root = freshRoot();
        var limit = new AtomicLong(commits.get(2));
        var recording = recording(root, until(limit::get), NO_ROTATION);
        recording.advance();
        for (var name : List.of(RunFolder.EVENTS, RunFolder.HUMAN)) {
            var file = folder(root).resolve(name);
            Files.deleteIfExists(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        }

        limit.set(Long.MAX_VALUE);
        assertThatThrownBy(recording::advance).isInstanceOf(IOException.class);
        advance(root, store, NO_ROTATION);
        new HumanFile(folder(root)).add(List.of(notice("n-1")));

        assertThat(lines(folder(root))).isEqualTo(reference);
        assertThat(new HumanFile(folder(root)).records()).containsExactly(notice("n-1"));
    }

    private static JsonObject notice(String id) {
        return JsonObject.builder()
                .put("type", "human_notice")
                .put("payload", JsonObject.builder().put("notice_id", id).build())
                .build();
    }

    private List<String> referenced(String name) {
        return reference.getOrDefault(name, List.of("nothing was recorded"));
    }

    private static JsonObject sample(int second, double cpu) {
        return JsonObject.builder()
                .put("ts", "2026-05-01T00:00:0" + second + ".000Z")
                .put("component", "worker")
                .put("cpu_pct", cpu)
                .build();
    }

    private List<JsonObject> samples(Path root) throws IOException {
        return TailReader.whole(folder(root).resolve(RunFolder.SAMPLES));
    }

    private static void assertClosed(Path folder) throws IOException {
        for (var name :
                List.of(
                        RunFolder.RESULT,
                        RunFolder.FINAL_ARTIFACT,
                        RunFolder.TIMELINE_MIRROR,
                        RunFolder.SUMMARY,
                        RunFolder.RUN,
                        RunFolder.JOB)) {
            assertThat(WholeFiles.read(folder.resolve(name))).as(name).isPresent();
        }
        assertThat(Files.readString(folder.resolve(RunFolder.POSITION)))
                .contains("\"closed\":true");
        assertThat(WholeFiles.read(folder.resolve(RunFolder.RUN)).orElseThrow().string("status"))
                .contains("completed");
    }

    private void advance(Path root, Store seen, long fileBytesMax) throws IOException {
        recording(root, seen, fileBytesMax).advance();
    }

    private Recording recording(Path root, Store seen, long fileBytesMax) {
        return recording(seen, settings(root, fileBytesMax, Long.MAX_VALUE));
    }

    private static RunSettings settings(Path root, long fileBytesMax, long runBytesMax) {
        return new RunSettings(root, fileBytesMax, runBytesMax, Optional.empty(), List.of());
    }

    private Recording recording(Store seen, RunSettings settings) {
        return new Recording(
                new Recording.Around(
                        seen,
                        new Bodies(store.blobs()),
                        library::find,
                        CLOCK,
                        settings,
                        new ServedFiles(List.of())),
                record);
    }

    /** The store as it was when this event was the last one. */
    private Store until(long last) {
        return until(() -> last);
    }

    private Store until(LongSupplier last) {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            try {
                                var answer = method.invoke(store, arguments);
                                if (!method.getName().equals("facts")) {
                                    return answer;
                                }
                                var groups = new ArrayList<Commit.Facts>();
                                for (var group : (List<?>) answer) {
                                    if (((Commit.Facts) group).lastSequence() <= last.getAsLong()) {
                                        groups.add((Commit.Facts) group);
                                    }
                                }
                                return groups;
                            } catch (InvocationTargetException failure) {
                                throw failure.getCause();
                            }
                        });
    }

    private static Map<String, List<String>> lines(Path folder) throws IOException {
        var lines = new TreeMap<String, List<String>>();
        for (var name : LINES) {
            var text = Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
            assertThat(text.isEmpty() || text.endsWith("\n")).as(name).isTrue();
            lines.put(name, text.lines().toList());
        }
        return lines;
    }

    private static List<JsonObject> parsed(List<String> lines) {
        return lines.stream().map(line -> (JsonObject) Json.parse(line)).toList();
    }

    /** Adds what a later state of a file has more, or the first half of it. */
    private static void append(Path to, Path later, String name, boolean half) throws IOException {
        var before = Files.readAllBytes(to.resolve(name));
        var after = Files.readAllBytes(later.resolve(name));
        int more = after.length - before.length;
        Files.write(
                to.resolve(name),
                Arrays.copyOfRange(after, before.length, before.length + (half ? more / 2 : more)),
                StandardOpenOption.APPEND);
    }

    private Path folder(Path root) {
        return root.resolve(JOB.value());
    }

    private Path freshRoot() {
        return temp.resolve("runs-" + folders++);
    }

    private Path copy(Path root) throws IOException {
        var copy = freshRoot();
        Files.createDirectories(folder(copy));
        try (var files = Files.list(folder(root))) {
            for (var file : files.toList()) {
                Files.copy(file, folder(copy).resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
