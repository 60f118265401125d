package mirrorneuron.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.rocksdb.RocksStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How runs get their names, and that no two runs share one. */
class RunNamesTest {

    @TempDir Path home;

    @Test
    void a_run_is_called_as_the_submission_says_and_the_worker_hears_it() throws Exception {
        try (var mn = open()) {
            var script =
                    "printf '{\"complete_run\":{\"id\":\"%s\",\"dir\":\"%s\"}}' \"$MN_RUN_ID\" \"$MN_RUN_DIR\"";
            var job =
                    mn.jobs()
                            .submit(
                                    Workflows.command(script, false),
                                    options()
                                            .withRunId(RunId.of("tuesday"))
                                            .withJobName("the tuesday job"))
                            .orThrow();
            mn.jobs().await(job, Duration.ofSeconds(20));

            var record = mn.jobs().inspect(job).orElseThrow();
            assertThat(record.raw().string("run_id")).contains("tuesday");
            assertThat(record.jobName()).contains("the tuesday job");
            assertThat(record.raw().string("trace_id").orElseThrow()).startsWith("trc_");
            assertThat(record.output().toString())
                    .isEqualTo(
                            "{\"id\":\"tuesday\",\"dir\":\""
                                    + home.resolve("runs/tuesday").toAbsolutePath()
                                    + "\"}");
        }
    }

    @Test
    void the_manifest_may_name_the_run_and_a_trace_is_kept() {
        try (var mn = open()) {
            var named =
                    BundleSource.manifest(
                            """
                            {"manifest_version":"1.0","graph_id":"g","entrypoints":["a"],
                             "metadata":{"blueprint_run_id":"from-blueprint"},
                             "nodes":[{"node_id":"a","agent_type":"router"}],"edges":[]}
                            """);
            var job =
                    mn.jobs()
                            .submit(named, options().withMetadata(Map.of("trace_id", "trc_mine")))
                            .orThrow();

            var raw = mn.jobs().inspect(job).orElseThrow().raw();
            assertThat(raw.string("run_id")).contains("from-blueprint");
            assertThat(raw.string("trace_id")).contains("trc_mine");
        }
    }

    @Test
    void a_job_without_a_name_for_its_run_lends_its_own() {
        try (var mn = open()) {
            var job =
                    mn.jobs()
                            .submit(Workflows.waiting(1), options().withJobId(JobId.of("a:b")))
                            .orThrow();

            assertThat(mn.jobs().inspect(job).orElseThrow().raw().string("run_id")).contains("a-b");
        }
    }

    @Test
    void a_run_id_is_used_once_and_a_restart_forgets_nothing() {
        try (var mn = open()) {
            mn.jobs().submit(Workflows.instant(), options().withRunId(RunId.of("once"))).orThrow();
            mn.jobs().submit(Workflows.instant(), options().withJobId(JobId.of("plain"))).orThrow();
            refused(mn, options().withRunId(RunId.of("once")));
            refused(mn, options().withRunId(RunId.of("plain")));
        }
        try (var mn = open()) {
            refused(mn, options().withRunId(RunId.of("once")));
            refused(mn, options().withRunId(RunId.of("plain")));
            assertThat(
                            mn.jobs()
                                    .submit(
                                            Workflows.instant(),
                                            options().withRunId(RunId.of("twice"))))
                    .isInstanceOf(Submission.Accepted.class);
        }
    }

    @Test
    void the_same_job_id_twice_is_still_called_that() {
        try (var mn = open()) {
            var options = options().withJobId(JobId.of("me")).withRunId(RunId.of("mine"));
            mn.jobs().submit(Workflows.instant(), options).orThrow();

            var again = (Submission.Rejected) mn.jobs().submit(Workflows.instant(), options);
            assertThat(again.issues().getFirst().code()).isEqualTo("job.id_duplicate");
        }
    }

    @Test
    void of_many_submissions_at_once_one_gets_the_run() throws Exception {
        try (var mn = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Submission>>();
            for (int i = 0; i < 16; i++) {
                calls.add(
                        () ->
                                mn.jobs()
                                        .submit(
                                                Workflows.instant(),
                                                options().withRunId(RunId.of("race"))));
            }
            int accepted = 0;
            for (var answer : threads.invokeAll(calls)) {
                accepted += answer.get() instanceof Submission.Accepted ? 1 : 0;
            }
            assertThat(accepted).isEqualTo(1);
        }
    }

    @Test
    void a_repeated_key_gives_the_first_job_and_not_a_refusal() {
        try (var mn = open()) {
            var options = options().withRunId(RunId.of("keyed")).withIdempotencyKey("k1");
            var first = mn.jobs().submit(Workflows.instant(), options).orThrow();

            assertThat(mn.jobs().submit(Workflows.instant(), options).orThrow()).isEqualTo(first);
            refused(mn, options.withIdempotencyKey("k2"));
        }
    }

    @Test
    void a_repeated_key_gives_the_first_answer_when_only_the_run_is_left() throws Exception {
        var chosen = options().withRunId(RunId.of("kept")).withIdempotencyKey("k1");
        var plain = options().withJobId(JobId.of("gone")).withIdempotencyKey("k2");
        var jobs = new ArrayList<JobId>();
        try (var mn = open()) {
            for (var options : List.of(chosen, plain)) {
                jobs.add(mn.jobs().submit(Workflows.instant(), options).orThrow());
                mn.jobs().await(jobs.getLast(), Duration.ofSeconds(20));
            }
        }
        try (var store = RocksStore.open(home, "mirrorneuron", java.time.InstantSource.system())) {
            jobs.forEach(store::delete);
        }
        try (var mn = open()) {
            repeated(mn, chosen, jobs.getFirst(), "kept");
            repeated(mn, plain, jobs.getLast(), "gone");
            refused(mn, chosen.withIdempotencyKey("k3"));
            refused(mn, options().withJobId(JobId.of("gone")));

            var other = chosen.withJobName("another content");
            assertThat(mn.jobs().submit(Workflows.instant(), other))
                    .isInstanceOfSatisfying(
                            Submission.Rejected.class,
                            rejected ->
                                    assertThat(rejected.issues().getFirst().code())
                                            .isEqualTo("idempotency.key_reused"));
            assertThat(jobs).allSatisfy(job -> assertThat(mn.jobs().inspect(job)).isEmpty());
        }
    }

    private static void repeated(MirrorNeuron mn, SubmitOptions options, JobId job, String run) {
        assertThat(mn.jobs().submit(Workflows.instant(), options))
                .isInstanceOfSatisfying(
                        Submission.Accepted.class,
                        accepted -> {
                            assertThat(accepted.jobId()).isEqualTo(job);
                            assertThat(accepted.runId()).contains(RunId.of(run));
                            assertThat(accepted.repeated()).isTrue();
                        });
    }

    @Test
    void a_crash_between_the_name_and_its_job_leaves_the_name_free() {
        try (var mn = open()) {
            assertThat(mn.jobs().submit(Workflows.instant(), options())).isNotNull();
        }
        // What is left when the process dies after the name was entered and before the job was.
        try (var store = RocksStore.open(home, "mirrorneuron", java.time.InstantSource.system())) {
            store.put(
                    "run",
                    "half",
                    "{\"job_id\":\"never-made\"}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        try (var mn = open()) {
            assertThat(mn.jobs().submit(Workflows.instant(), options().withRunId(RunId.of("half"))))
                    .isInstanceOf(Submission.Accepted.class);
        }
    }

    @Test
    void names_that_no_folder_may_have_are_refused() {
        try (var mn = open()) {
            for (var bad : List.of("a:b", "..", "x/y", "-x")) {
                assertThatThrownBy(
                                () ->
                                        mn.jobs()
                                                .submit(
                                                        Workflows.instant(),
                                                        options().withRunId(RunId.of(bad))))
                        .isInstanceOfSatisfying(
                                InvalidRequestException.class,
                                refused ->
                                        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ID))
                        .hasMessageContaining(bad);
            }
            var manifest =
                    ((JsonObject)
                                    Json.parse(
                                            "{\"manifest_version\":\"1.0\",\"graph_id\":\"g\",\"run_id\":\"../up\",\"nodes\":[{\"node_id\":\"a\",\"agent_type\":\"router\"}],\"entrypoints\":[\"a\"],\"edges\":[]}"))
                            .toString();
            var answer =
                    (Submission.Rejected)
                            mn.jobs().submit(BundleSource.manifest(manifest), options());
            assertThat(answer.issues().getFirst().code()).isEqualTo("run.id_invalid");
        }
    }

    private static void refused(MirrorNeuron mn, SubmitOptions options) {
        var answer = mn.jobs().submit(Workflows.instant(), options);
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected -> {
                            assertThat(rejected.reason())
                                    .isEqualTo(Submission.Rejected.Reason.DUPLICATE);
                            assertThat(rejected.issues().getFirst().code()).isEqualTo("run_exists");
                        });
    }

    private static SubmitOptions options() {
        return SubmitOptions.defaults();
    }

    private MirrorNeuron open() {
        return MirrorNeuron.embedded().home(home).start();
    }
}
