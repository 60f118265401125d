package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static mirrorneuron.runtime.embedded.Workflows.DOOR;
import static mirrorneuron.runtime.embedded.Workflows.knock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.Capabilities;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Issue;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.NodeStatus;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationEvent;
import mirrorneuron.api.OperationHandle;
import mirrorneuron.api.OperationId;
import mirrorneuron.api.OperationRequest;
import mirrorneuron.api.OperationStatus;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.RunId;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.Validation;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every holder of a {@link MirrorNeuron} may rely on, however it was obtained. A subclass says
 * how: in this JVM, or through a connection.
 */
@Timeout(60)
public abstract class MirrorNeuronContract {

    private static final JobId NOBODY = JobId.of("nobody-1");
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path folder;

    private final List<MirrorNeuron> started = new ArrayList<>();
    private final AtomicBoolean mended = new AtomicBoolean();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger handled = new AtomicInteger();

    /** A runtime with these settings, whose state is kept below this home. */
    protected abstract MirrorNeuron start(Path home, UnaryOperator<EmbeddedBuilder> settings);

    /** Whether the state outlives {@link MirrorNeuron#close()}. */
    protected abstract boolean durable();

    private MirrorNeuron start() {
        var runtime = start(folder.resolve("home"), this::withAgents);
        started.add(runtime);
        return runtime;
    }

    private EmbeddedBuilder withAgents(EmbeddedBuilder builder) {
        return builder.agent(
                        "echo",
                        new Workflows.Module(
                                "echo",
                                (message, state, _) ->
                                        AgentResult.with(state)
                                                .completeRun(message.body())
                                                .build()))
                .agent(
                        "fussy",
                        new Workflows.Module(
                                "fussy",
                                (message, state, _) ->
                                        mended.get()
                                                ? AgentResult.with(state)
                                                        .completeRun(message.body())
                                                        .build()
                                                : new AgentResult.Reject("not mended yet")))
                .agent(
                        "stuck",
                        new Workflows.Module(
                                "stuck",
                                (message, state, _) -> {
                                    handled.incrementAndGet();
                                    release.await();
                                    return AgentResult.with(state)
                                            .completeRun(message.body())
                                            .build();
                                }))
                .agent("broken", new Workflows.Module("broken", new Broken()));
    }

    private static final class Broken implements mirrorneuron.api.agent.Agent {
        @Override
        public JsonObject init(mirrorneuron.api.agent.AgentContext context) {
            throw new IllegalStateException("no such model");
        }

        @Override
        public AgentResult handle(
                Message message, JsonObject state, mirrorneuron.api.agent.AgentContext context) {
            return AgentResult.keep(state);
        }
    }

    @AfterEach
    void close_what_was_started() {
        release.countDown();
        started.forEach(MirrorNeuron::close);
    }

    private static JobId submitted(MirrorNeuron mn, BundleSource bundle) {
        return mn.jobs().submit(bundle, SubmitOptions.defaults()).orThrow();
    }

    private static JobId named(MirrorNeuron mn, String id, BundleSource bundle) {
        return mn.jobs().submit(bundle, SubmitOptions.defaults().withJobId(JobId.of(id))).orThrow();
    }

    private static JobId ended(MirrorNeuron mn, BundleSource bundle) throws InterruptedException {
        var id = submitted(mn, bundle);
        assertThat(mn.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Finished.class);
        return id;
    }

    private static JobStatus status(MirrorNeuron mn, JobId id) {
        return mn.jobs().inspect(id).orElseThrow().status();
    }

    // ---- validate

    @Test
    void a_good_manifest_is_valid_and_nothing_is_started() {
        var mn = start();
        var validation = mn.jobs().validate(Workflows.instant());
        assertThat(validation).isInstanceOf(Validation.Valid.class);
        var bundle = ((Validation.Valid) validation).bundle();
        assertThat(bundle.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(bundle.rootPath()).isEmpty();
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    @Test
    void validation_reports_every_issue_with_its_pointer() {
        var mn = start();
        var validation =
                mn.jobs()
                        .validate(
                                BundleSource.manifest(
                                        """
                                        {"manifest_version":"1.0","graph_id":"bad","entrypoints":["absent"],
                                         "nodes":[{"node_id":"a","agent_type":"rooter"},
                                                  {"node_id":"a","agent_type":"router"}],
                                         "edges":[{"edge_id":"e","from_node":"a","to_node":"nowhere"}]}
                                        """));
        assertThat(validation).isInstanceOf(Validation.Invalid.class);
        assertThat(validation.issues())
                .filteredOn(issue -> issue.severity() == Severity.ERROR)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(
                        issue -> assertThat(issue.location().pointer()).startsWith("/manifest/"));
        var report = validation.toJson();
        assertThat(report.string("version")).contains("validation.report/v1");
        assertThat(report.bool("ok")).contains(false);
        assertThat(report.integer("error_count").orElse(0)).isGreaterThanOrEqualTo(4);
    }

    @Test
    void validation_asks_for_more_than_a_submission_does() {
        var jobs = start().jobs();
        var shortest =
                BundleSource.manifest(
                        """
                        {"apiVersion":"mn.workflow/v1","kind":"Workflow",
                         "workflow":{"workflow_id":"demo","nodes":[]}}
                        """);
        assertThat(jobs.validate(shortest).issues())
                .extracting(Issue::code)
                .contains("manifest.field_required", "workflow.steps_required");
        assertThat(jobs.validate(shortest)).isInstanceOf(Validation.Invalid.class);
        assertThat(jobs.preview(shortest)).isInstanceOf(Validation.Valid.class);
        assertThat(jobs.submit(shortest, SubmitOptions.defaults()))
                .isInstanceOf(Submission.Accepted.class);
    }

    @Test
    void validation_finds_what_would_be_refused_when_it_is_run() throws Exception {
        var jobs = start().jobs();
        var root = Files.createDirectories(folder.resolve("ruled"));
        Files.createDirectories(root.resolve("payloads"));
        Files.createDirectories(root.resolve("config"));
        Files.writeString(root.resolve("config/default.json"), "{\"city\":\"berlin\"}");
        var manifest = root.resolve("manifest.json");
        Files.writeString(
                manifest,
                """
                {"manifest_version":"1.0","graph_id":"ruled","entrypoints":["a"],
                 "requirements":{"cpu":{"min_cores":100000},"memory":{"min_mb":1}},
                 "input_validation":{"rules":[{"path":"city","pattern":"^[A-Z]"}]},
                 "nodes":[{"node_id":"a","agent_type":"aggregator",
                           "config":{"complete_on_message":true}}],
                 "edges":[]}
                """);
        var source = BundleSource.folder(root);
        assertThat(jobs.validate(source)).isInstanceOf(Validation.Invalid.class);
        assertThat(jobs.validate(source).issues())
                .extracting(Issue::code)
                .containsExactly("input_validation.failed", "requirements.cpu.not_met");
        assertThat(jobs.preview(source)).isInstanceOf(Validation.Valid.class);

        Files.writeString(root.resolve("config/overwrite.json"), "{\"city\":\"Berlin\"}");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace(
                                "\"edges\"", "\"metadata\":{\"force_validation\":true},\"edges\""));
        assertThat(jobs.validate(source)).isInstanceOf(Validation.Valid.class);
    }

    @Test
    void text_that_is_no_json_is_one_issue_and_no_exception() {
        var validation = start().jobs().validate(BundleSource.manifest("{nodes:"));
        assertThat(validation.issues()).hasSize(1);
        assertThat(validation).isInstanceOf(Validation.Invalid.class);
    }

    @Test
    void a_folder_a_zip_of_it_and_its_text_are_the_same_bundle() throws Exception {
        var mn = start();
        var text = ((BundleSource.Inline) Workflows.instant()).manifestJson();
        var root = Files.createDirectories(folder.resolve("bundle"));
        Files.createDirectories(root.resolve("payloads"));
        Files.writeString(root.resolve("manifest.json"), text);
        var zip = folder.resolve("bundle.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("manifest.json"));
            out.write(text.getBytes(UTF_8));
            out.closeEntry();
            out.putNextEntry(new ZipEntry("payloads/"));
            out.closeEntry();
        }
        var fingerprints = new HashSet<String>();
        for (var source :
                List.of(
                        BundleSource.folder(root),
                        BundleSource.zip(zip),
                        BundleSource.manifest(text))) {
            var validation = mn.jobs().validate(source);
            assertThat(validation).isInstanceOf(Validation.Valid.class);
            fingerprints.add(((Validation.Valid) validation).bundle().fingerprint());
        }
        assertThat(fingerprints).hasSize(1);
    }

    @Test
    void a_folder_that_is_not_there_is_an_issue_and_no_exception() {
        var validation = start().jobs().validate(BundleSource.folder(folder.resolve("nowhere")));
        assertThat(validation).isInstanceOf(Validation.Invalid.class);
        assertThat(validation.issues().getFirst().message()).contains("nowhere");
    }

    @Test
    void a_zip_that_is_none_is_an_issue_and_no_exception() throws IOException {
        var file = Files.writeString(folder.resolve("text.zip"), "not a zip");
        assertThat(start().jobs().validate(BundleSource.zip(file)))
                .isInstanceOf(Validation.Invalid.class);
    }

    // ---- submit

    @Test
    void a_submitted_job_is_pending_in_the_reply_and_has_a_readable_id() {
        var mn = start();
        var submission = mn.jobs().submit(Workflows.waiting(2), SubmitOptions.defaults());
        assertThat(submission).isInstanceOf(Submission.Accepted.class);
        var accepted = (Submission.Accepted) submission;
        assertThat(accepted.status()).isEqualTo(JobStatus.PENDING);
        assertThat(accepted.jobId().value()).matches("door-\\d{13}-[0-9a-f]{12}");
    }

    @Test
    void a_submitted_job_is_durable_before_the_reply() {
        assumeTrue(durable());
        var mn = start();
        var id = submitted(mn, Workflows.waiting(2));
        mn.close();
        assertThat(start().jobs().inspect(id)).isPresent();
    }

    @Test
    void an_invalid_manifest_is_a_rejection_that_names_every_issue_and_stores_nothing() {
        var mn = start();
        var submission =
                mn.jobs()
                        .submit(
                                BundleSource.manifest(
                                        "{\"graph_id\":\"bad\",\"nodes\":[{\"node_id\":\"a\",\"agent_type\":\"rooter\"}],\"entrypoints\":[\"b\"]}"),
                                SubmitOptions.defaults());
        assertThat(submission)
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected -> {
                            assertThat(rejected.reason())
                                    .isEqualTo(Submission.Rejected.Reason.INVALID_MANIFEST);
                            assertThat(rejected.issues()).hasSizeGreaterThanOrEqualTo(2);
                        });
        assertThatThrownBy(submission::orThrow)
                .isInstanceOf(SubmissionRejectedException.class)
                .hasMessageContaining("rooter");
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    @Test
    void a_module_that_nobody_brings_is_a_requirement_not_met() {
        var submission =
                start().jobs().submit(Workflows.module("unknown.Agent"), SubmitOptions.defaults());
        assertThat(submission)
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected ->
                                assertThat(rejected.reason())
                                        .isEqualTo(
                                                Submission.Rejected.Reason.REQUIREMENTS_NOT_MET));
    }

    @Test
    void each_resource_that_the_machine_lacks_is_named() {
        var jobs = start().jobs();
        var greedy =
                Workflows.requiring(
                        "{\"cpu\":{\"min_cores\":99999},\"memory\":\"99999GB\","
                                + "\"disk\":{\"min_gb\":99999999}}");
        assertThat(jobs.submit(greedy, SubmitOptions.defaults()))
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected -> {
                            assertThat(rejected.reason())
                                    .isEqualTo(Submission.Rejected.Reason.REQUIREMENTS_NOT_MET);
                            assertThat(rejected.issues())
                                    .extracting(Issue::code)
                                    .containsExactly(
                                            "requirements.cpu.not_met",
                                            "requirements.memory.not_met",
                                            "requirements.disk.not_met");
                        });
        jobs.submit(greedy, SubmitOptions.defaults().withForce(true)).orThrow();
        jobs.submit(Workflows.requiring("{\"disk\":\"1MB\"}"), SubmitOptions.defaults()).orThrow();
    }

    @Test
    void inputs_for_an_unknown_entrypoint_are_refused() {
        var submission =
                start().jobs()
                        .submit(
                                Workflows.instant(),
                                SubmitOptions.defaults()
                                        .withInputs(JsonObject.of("window", JsonNull.NULL)));
        assertThat(submission)
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected ->
                                assertThat(rejected.reason())
                                        .isEqualTo(Submission.Rejected.Reason.INPUT_VALIDATION));
    }

    @Test
    void inputs_are_what_the_workflow_declares_unless_the_submission_is_forced() {
        var jobs = start().jobs();
        var declaring =
                BundleSource.manifest(
                        """
                        {"apiVersion":"mn.workflow/v1","kind":"Workflow",
                         "contract":{"inputs":{"topic":{"type":"string","required":true},
                                               "limit":{"type":"integer"}}},
                         "workflow":{"workflow_id":"demo","steps":[{"id":"ask","run":"ask"}]},
                         "agents":{"nodes":[{"node_id":"ask","agent_type":"router"}]}}
                        """);
        assertThat(jobs.preview(declaring)).isInstanceOf(Validation.Valid.class);
        var bad = SubmitOptions.defaults().withInputs(JsonObject.of("limit", new JsonString("x")));
        assertThat(jobs.submit(declaring, bad))
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected -> {
                            assertThat(rejected.reason())
                                    .isEqualTo(Submission.Rejected.Reason.INPUT_VALIDATION);
                            assertThat(rejected.issues())
                                    .extracting(Issue::code)
                                    .containsExactly("inputs.required", "inputs.type");
                        });
        jobs.submit(declaring, bad.withForce(true)).orThrow();
        var good =
                SubmitOptions.defaults().withInputs(JsonObject.of("topic", new JsonString("tea")));
        jobs.submit(declaring, good).orThrow();
    }

    @Test
    void rules_of_inputs_are_kept_unless_the_submission_is_forced() throws Exception {
        var mn = start();
        assertThat(mn.jobs().submit(Workflows.choosy(), SubmitOptions.defaults()))
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected ->
                                assertThat(rejected.reason())
                                        .isEqualTo(Submission.Rejected.Reason.INPUT_VALIDATION));
        var forced = SubmitOptions.defaults().withForce(true);
        var first = mn.jobs().submit(Workflows.choosy(), forced).orThrow();
        // Whoever submits it again has forced it already.
        assertThat(mn.jobs().retry(first)).isInstanceOf(Submission.Accepted.class);
    }

    @Test
    void force_does_not_bring_inputs_to_an_unknown_entrypoint() {
        var options =
                SubmitOptions.defaults()
                        .withForce(true)
                        .withInputs(JsonObject.of("window", JsonNull.NULL));
        assertThat(start().jobs().submit(Workflows.instant(), options))
                .isInstanceOf(Submission.Rejected.class);
    }

    @Test
    void inputs_replace_those_of_the_manifest() throws Exception {
        var mn = start();
        var inputs =
                JsonObject.of(
                        "door", JsonObject.builder().put("type", "go").put("body", "mine").build());
        var outcome =
                mn.jobs()
                        .run(
                                Workflows.module("echo", "\"the manifest's\""),
                                SubmitOptions.defaults().withInputs(inputs));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RunOutcome.Ran.class,
                        ran ->
                                assertThat(ran.outcome())
                                        .isInstanceOfSatisfying(
                                                WaitOutcome.Completed.class,
                                                done ->
                                                        assertThat(done.result())
                                                                .isEqualTo(
                                                                        new JsonString("mine"))));
    }

    @Test
    void the_same_key_and_content_give_the_same_job_again() throws Exception {
        var mn = start();
        var options = SubmitOptions.defaults().withIdempotencyKey("monday");
        var first = mn.jobs().submit(Workflows.instant(), options).orThrow();
        mn.jobs().await(first, SOON);

        var second = mn.jobs().submit(Workflows.instant(), options);

        assertThat(second)
                .isEqualTo(
                        new Submission.Accepted(
                                first,
                                JobStatus.COMPLETED,
                                Optional.of(RunId.of(first.value())),
                                List.of(),
                                true));
        assertThat(mn.monitor().listJobs(JobQuery.all())).hasSize(1);
    }

    @Test
    void the_same_key_gives_the_same_job_after_a_restart() {
        assumeTrue(durable());
        var mn = start();
        var options = SubmitOptions.defaults().withIdempotencyKey("monday");
        var first = mn.jobs().submit(Workflows.waiting(2), options).orThrow();
        mn.close();
        assertThat(start().jobs().submit(Workflows.waiting(2), options).orThrow()).isEqualTo(first);
    }

    @Test
    void the_same_key_from_many_threads_makes_one_job() throws Exception {
        var mn = start();
        var options = SubmitOptions.defaults().withIdempotencyKey("rush");
        var ids = ConcurrentHashMap.<JobId>newKeySet();
        var threads =
                IntStream.range(0, 16)
                        .mapToObj(
                                _ ->
                                        Thread.startVirtualThread(
                                                () ->
                                                        ids.add(
                                                                mn.jobs()
                                                                        .submit(
                                                                                Workflows.waiting(
                                                                                        2),
                                                                                options)
                                                                        .orThrow())))
                        .toList();
        for (var thread : threads) {
            thread.join();
        }
        assertThat(ids).hasSize(1);
        assertThat(mn.monitor().listJobs(JobQuery.all())).hasSize(1);
    }

    @Test
    void the_same_key_for_other_content_is_a_duplicate_and_names_the_first_job() {
        var mn = start();
        var options = SubmitOptions.defaults().withIdempotencyKey("monday");
        var first = mn.jobs().submit(Workflows.waiting(2), options).orThrow();
        for (var other :
                List.of(
                        mn.jobs().submit(Workflows.waiting(3), options),
                        mn.jobs()
                                .submit(
                                        Workflows.waiting(2),
                                        options.withInputs(
                                                JsonObject.of("door", JsonObject.empty()))),
                        mn.jobs().submit(Workflows.waiting(2), options.withJobName("other")),
                        mn.jobs().submit(Workflows.waiting(2), options.withForce(true)))) {
            assertThat(other)
                    .isInstanceOfSatisfying(
                            Submission.Rejected.class,
                            rejected -> {
                                assertThat(rejected.reason())
                                        .isEqualTo(Submission.Rejected.Reason.DUPLICATE);
                                assertThat(rejected.issues().getFirst().message())
                                        .contains("monday")
                                        .contains(first.value());
                            });
        }
        assertThat(mn.monitor().listJobs(JobQuery.all())).hasSize(1);
    }

    @Test
    void a_job_id_is_used_once() {
        var mn = start();
        assertThat(named(mn, "my-job", Workflows.waiting(2))).isEqualTo(JobId.of("my-job"));
        assertThat(
                        mn.jobs()
                                .submit(
                                        Workflows.waiting(2),
                                        SubmitOptions.defaults().withJobId(JobId.of("my-job"))))
                .isInstanceOfSatisfying(
                        Submission.Rejected.class,
                        rejected -> {
                            assertThat(rejected.reason())
                                    .isEqualTo(Submission.Rejected.Reason.DUPLICATE);
                            assertThat(rejected.issues().getFirst().message()).contains("my-job");
                        });
        assertThat(status(mn, JobId.of("my-job"))).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void a_job_id_that_could_be_read_as_a_path_is_refused_and_nothing_is_made() {
        var mn = start();
        assertThatThrownBy(() -> named(mn, "a/b c", Workflows.waiting(2)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("job id: \"a/b c\"");
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    @Test
    void a_validated_bundle_can_be_submitted() throws Exception {
        var mn = start();
        var valid = (Validation.Valid) mn.jobs().validate(Workflows.instant());
        // A bundle that was given as text is not kept by validation, so it is submitted once.
        submitted(mn, Workflows.instant());
        var id = submitted(mn, BundleSource.of(valid.bundle()));
        assertThat(mn.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Completed.class);
    }

    @Test
    void metadata_is_kept_with_the_job() {
        var mn = start();
        var id =
                mn.jobs()
                        .submit(
                                Workflows.waiting(2),
                                SubmitOptions.defaults().withMetadata(Map.of("team", "blue")))
                        .orThrow();
        assertThat(mn.jobs().inspect(id).orElseThrow().raw().toString()).contains("\"blue\"");
    }

    @Test
    void a_submission_through_a_view_belongs_to_its_trace() throws Exception {
        var mn = start();
        var trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var own = "0af7651916cd43dd8448eb211c80319c";
        var view = mn.with(CallOptions.none().withTraceId(trace));
        var submitted = submitted(view, Workflows.instant());
        var ran = view.jobs().run(Workflows.instant(), SubmitOptions.defaults());
        var named =
                view.jobs()
                        .submit(
                                Workflows.instant(),
                                SubmitOptions.defaults().withMetadata(Map.of("trace_id", own)))
                        .orThrow();
        view.close();
        assertThat(traceOf(mn, submitted)).contains(trace);
        assertThat(traceOf(mn, ((RunOutcome.Ran) ran).jobId())).contains(trace);
        assertThat(traceOf(mn, named)).contains(own);
    }

    private static Optional<String> traceOf(MirrorNeuron mn, JobId id) {
        return mn.jobs().inspect(id).orElseThrow().raw().string("trace_id");
    }

    // ---- run and await

    @Test
    void run_waits_for_the_end_and_brings_the_result() throws Exception {
        var outcome =
                start().jobs().run(Workflows.module("echo", "[1,2]"), SubmitOptions.defaults());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RunOutcome.Ran.class,
                        ran ->
                                assertThat(ran.outcome())
                                        .isInstanceOfSatisfying(
                                                WaitOutcome.Completed.class,
                                                done -> {
                                                    assertThat(done.result()).hasToString("[1,2]");
                                                    assertThat(done.job().status())
                                                            .isEqualTo(JobStatus.COMPLETED);
                                                    assertThat(done.job().jobId())
                                                            .isEqualTo(ran.jobId());
                                                }));
    }

    @Test
    void run_of_an_invalid_manifest_is_not_started() throws Exception {
        assertThat(start().jobs().run(BundleSource.manifest("{}"), SubmitOptions.defaults()))
                .isInstanceOf(RunOutcome.NotStarted.class);
    }

    @Test
    void run_with_a_timeout_leaves_the_job_running() throws Exception {
        var mn = start();
        var outcome =
                mn.jobs()
                        .run(
                                Workflows.waiting(1),
                                SubmitOptions.defaults().withTimeout(Duration.ofMillis(50)));
        var ran = (RunOutcome.Ran) outcome;
        assertThat(ran.outcome())
                .isInstanceOfSatisfying(
                        WaitOutcome.StillRunning.class,
                        still -> {
                            assertThat(still.status()).isEqualTo(JobStatus.RUNNING);
                            assertThat(still.waited())
                                    .isGreaterThanOrEqualTo(Duration.ofMillis(50));
                        });
        assertThat(mn.jobs().send(ran.jobId(), DOOR, knock(1)))
                .isInstanceOf(Delivery.Delivered.class);
        assertThat(mn.jobs().await(ran.jobId(), SOON)).isInstanceOf(WaitOutcome.Completed.class);
    }

    @Test
    void await_of_an_ended_job_answers_at_once_also_after_a_restart() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.module("echo", "\"done\""));
        assertThat(mn.jobs().await(id, Duration.ZERO))
                .isInstanceOfSatisfying(
                        WaitOutcome.Completed.class,
                        done -> assertThat(done.result()).isEqualTo(new JsonString("done")));
        if (durable()) {
            mn.close();
            assertThat(start().jobs().await(id, Jobs.WAIT_FOREVER))
                    .isInstanceOfSatisfying(
                            WaitOutcome.Completed.class,
                            done -> assertThat(done.result()).isEqualTo(new JsonString("done")));
        }
    }

    @Test
    void await_with_no_time_is_a_poll() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        assertThat(mn.jobs().await(id, Duration.ZERO))
                .isInstanceOfSatisfying(
                        WaitOutcome.StillRunning.class,
                        still -> assertThat(still.jobId()).isEqualTo(id));
        assertThat(mn.jobs().await(id, Duration.ofSeconds(-1)))
                .isInstanceOf(WaitOutcome.StillRunning.class);
    }

    @Test
    void await_of_an_unknown_job_says_so() throws Exception {
        assertThat(start().jobs().await(NOBODY, SOON)).isEqualTo(new WaitOutcome.Unknown(NOBODY));
    }

    @Test
    void an_interrupted_wait_throws_and_leaves_the_job_alone() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var thrown = new AtomicReference<Throwable>();
        var waiter =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                mn.jobs().await(id, Jobs.WAIT_FOREVER);
                            } catch (Throwable failure) {
                                thrown.set(failure);
                            }
                        });
        waiter.interrupt();
        waiter.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(status(mn, id)).isEqualTo(JobStatus.RUNNING);
        mn.jobs().send(id, DOOR, knock(1));
        assertThat(mn.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Completed.class);
    }

    @Test
    void a_wait_of_another_thread_ends_with_the_job() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var outcome = new AtomicReference<WaitOutcome>();
        var waiter =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                outcome.set(mn.jobs().await(id, Jobs.WAIT_FOREVER));
                            } catch (InterruptedException interrupt) {
                                Thread.currentThread().interrupt();
                            }
                        });
        mn.jobs().cancel(id);
        waiter.join();
        assertThat(outcome.get()).isInstanceOf(WaitOutcome.Cancelled.class);
    }

    @Test
    void a_job_whose_agent_cannot_begin_fails_with_the_reason() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.module("broken", "1"));
        assertThat(mn.jobs().await(id, SOON))
                .isInstanceOfSatisfying(
                        WaitOutcome.Failed.class,
                        failed -> {
                            assertThat(
                                            failed.failure().details().toString()
                                                    + failed.failure().desc())
                                    .contains("no such model");
                            assertThat(failed.failure().code()).isNotBlank();
                            assertThat(failed.job().failure()).isPresent();
                        });
    }

    // ---- deadlines

    @Test
    void a_deadline_ends_every_wait_and_leaves_the_job_alone() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        mn.jobs().awaitChange(id, 0, SOON);
        long began = System.nanoTime();
        try (var hurried = mn.with(CallOptions.none().withDeadline(Duration.ofMillis(300)))) {
            for (var wait : List.of(SOON, Jobs.WAIT_FOREVER)) {
                assertThat(hurried.jobs().await(id, wait))
                        .isInstanceOfSatisfying(
                                WaitOutcome.StillRunning.class,
                                still -> {
                                    assertThat(still.jobId()).isEqualTo(id);
                                    assertThat(still.waited())
                                            .isBetween(
                                                    Duration.ofMillis(100), Duration.ofSeconds(5));
                                });
            }
            assertThat(hurried.jobs().awaitChange(id, 9_999, SOON)).isFalse();
            assertThat(hurried.jobs().run(Workflows.waiting(1), SubmitOptions.defaults()))
                    .isInstanceOfSatisfying(
                            RunOutcome.Ran.class,
                            ran ->
                                    assertThat(ran.outcome())
                                            .isInstanceOf(WaitOutcome.StillRunning.class));
            try (var events = hurried.jobs().follow(id, FollowOptions.after(9_999))) {
                assertThat(events.next(SOON)).isEmpty();
                assertThat(events.endReason()).isEqualTo(EventStream.EndReason.OPEN);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
        assertThat(status(mn, id)).isEqualTo(JobStatus.RUNNING);
        // Only the view has the deadline.
        assertThat(mn.jobs().await(id, Duration.ofMillis(600)))
                .isInstanceOfSatisfying(
                        WaitOutcome.StillRunning.class,
                        still -> assertThat(still.waited()).isGreaterThan(Duration.ofMillis(500)));
    }

    @Test
    void a_wait_that_is_shorter_than_the_deadline_ends_when_it_should() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var patient = mn.with(CallOptions.none().withDeadline(SOON));
        assertThat(patient.jobs().await(id, Duration.ofMillis(50)))
                .isInstanceOf(WaitOutcome.StillRunning.class);
        mn.jobs().cancel(id);
        assertThat(patient.jobs().await(id, Jobs.WAIT_FOREVER))
                .isInstanceOf(WaitOutcome.Cancelled.class);
    }

    @Test
    void an_answer_that_comes_after_the_deadline_is_a_timeout() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        mn.ping();
        var hurried = mn.with(CallOptions.none().withDeadline(Duration.ofNanos(1)));
        var calls =
                List.<ThrowingCallable>of(
                        () -> hurried.monitor().metrics(),
                        () -> hurried.monitor().listJobs(JobQuery.all()),
                        () -> hurried.jobs().inspect(id),
                        () -> hurried.jobs().events(id, EventQuery.all()),
                        () -> hurried.jobs().pause(id),
                        () -> hurried.cluster().nodes(),
                        () -> hurried.resources().get(),
                        () -> hurried.operations().list(1),
                        () -> hurried.runFiles().run(id.value()),
                        () -> hurried.with(CallOptions.none()).capabilities(),
                        hurried::ping);
        for (var call : calls) {
            assertThatThrownBy(call).isInstanceOf(CallTimeoutException.class);
        }
        var unhurried = hurried.with(CallOptions.none().withDeadline(SOON));
        assertThat(unhurried.jobs().inspect(id)).isPresent();
    }

    // ---- inspect and agents

    @Test
    void the_record_has_the_twelve_members_of_the_first_release() throws Exception {
        var mn = start();
        var record = mn.jobs().inspect(ended(mn, Workflows.instant())).orElseThrow();
        assertThat(record.graphId()).isEqualTo("door");
        assertThat(record.jobName()).contains("a door");
        assertThat(record.status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(record.submittedAt()).isBeforeOrEqualTo(record.updatedAt());
        assertThat(record.placementPolicy()).isEqualTo("local");
        assertThat(record.recoveryPolicy()).isEqualTo("local_restart");
        assertThat(record.rootAgentIds()).containsExactly(DOOR);
        assertThat(record.result()).isPresent();
        assertThat(record.manifestRef().isEmpty()).isFalse();
        assertThat(record.toJson().names())
                .contains(
                        "job_id",
                        "graph_id",
                        "job_name",
                        "status",
                        "submitted_at",
                        "updated_at",
                        "placement_policy",
                        "recovery_policy",
                        "root_agent_ids",
                        "result",
                        "manifest_ref");
        assertThat(((JsonObject) record.result().orElseThrow()).string("agent_id"))
                .contains("door");
    }

    @Test
    void nobody_is_inspected_as_absent() {
        assertThat(start().jobs().inspect(NOBODY)).isEmpty();
    }

    @Test
    void agents_of_a_living_and_of_an_ended_job() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(2));
        mn.jobs().send(id, DOOR, knock(1));
        await().untilAsserted(
                        () ->
                                assertThat(mn.jobs().agents(id))
                                        .extracting(
                                                AgentSnapshot::agentId,
                                                AgentSnapshot::agentType,
                                                AgentSnapshot::processedMessages,
                                                AgentSnapshot::mailboxDepth)
                                        .containsExactly(
                                                org.assertj.core.groups.Tuple.tuple(
                                                        DOOR, "sensor", 1L, 0L)));
        mn.jobs().send(id, DOOR, knock(2));
        mn.jobs().await(id, SOON);
        assertThat(mn.jobs().agents(id).getFirst().processedMessages()).isEqualTo(2);
    }

    @Test
    void every_question_about_an_unknown_job_says_that_there_is_none() {
        var jobs = start().jobs();
        var questions =
                Map.<String, org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        "agents", () -> jobs.agents(NOBODY),
                        "events", () -> jobs.events(NOBODY, EventQuery.all()),
                        "follow", () -> jobs.follow(NOBODY, FollowOptions.fromStart()).close(),
                        "deadLetters", () -> jobs.deadLetters(NOBODY),
                        "replay", () -> jobs.replay(NOBODY, 0),
                        "send", () -> jobs.send(NOBODY, DOOR, knock(1)));
        questions.forEach(
                (name, question) ->
                        assertThatThrownBy(question)
                                .as(name)
                                .isInstanceOf(NoSuchJobException.class)
                                .hasMessageContaining("nobody-1"));
        assertThat(jobs.pause(NOBODY)).isEqualTo(new ControlResult.NotFound(NOBODY));
        assertThat(jobs.resume(NOBODY)).isEqualTo(new ControlResult.NotFound(NOBODY));
        assertThat(jobs.cancel(NOBODY)).isEqualTo(new ControlResult.NotFound(NOBODY));
    }

    // ---- events

    private static List<Long> sequences(List<RuntimeEvent> events) {
        return events.stream().map(event -> event.sequence().orElseThrow()).toList();
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void events_come_oldest_first_numbered_from_one_without_a_gap() throws Exception {
        var mn = start();
        var events = mn.jobs().events(ended(mn, Workflows.instant()), EventQuery.all());
        assertThat(sequences(events)).isEqualTo(oneTo(events.size()));
        assertThat(events.getFirst().type()).isEqualTo("job_pending");
        assertThat(events.getLast().type()).isEqualTo("job_completed");
        assertThat(events.getLast().terminal()).isTrue();
        assertThat(events)
                .extracting(RuntimeEvent::type)
                .containsSubsequence("job_validated", "job_scheduled", "job_running");
        assertThat(events)
                .allSatisfy(
                        event ->
                                assertThat(event.toJson().names())
                                        .contains(
                                                "timestamp",
                                                "type",
                                                "agent_id",
                                                "payload",
                                                "job_id",
                                                "seq",
                                                "event_id",
                                                "class"));
    }

    @Test
    void events_are_read_in_pages() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(50));
        for (int n = 1; n <= 50; n++) {
            mn.jobs().send(id, DOOR, knock(n));
        }
        mn.jobs().await(id, SOON);
        var all = mn.jobs().events(id, EventQuery.all());
        var paged = new ArrayList<RuntimeEvent>();
        while (true) {
            var page =
                    mn.jobs()
                            .events(
                                    id,
                                    new EventQuery(
                                            OptionalLong.of(paged.size() + 1),
                                            OptionalInt.of(7),
                                            Set.of(),
                                            false));
            if (page.isEmpty()) {
                break;
            }
            assertThat(page).hasSizeLessThanOrEqualTo(7);
            paged.addAll(page);
        }
        assertThat(paged).isEqualTo(all);
    }

    @Test
    void events_newest_first_are_the_same_events_backwards() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        var all = mn.jobs().events(id, EventQuery.all());
        var newest =
                mn.jobs()
                        .events(
                                id,
                                new EventQuery(
                                        OptionalLong.empty(), OptionalInt.of(3), Set.of(), true));
        assertThat(newest).isEqualTo(all.reversed().subList(0, 3));
        assertThat(
                        mn.jobs()
                                .events(
                                        id,
                                        new EventQuery(
                                                OptionalLong.of(4),
                                                OptionalInt.empty(),
                                                Set.of(),
                                                true)))
                .isEqualTo(all.subList(3, all.size()).reversed());
    }

    @Test
    void events_of_some_types_only_in_both_directions() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        var types = Set.of("job_running", "job_completed");
        assertThat(
                        mn.jobs()
                                .events(
                                        id,
                                        new EventQuery(
                                                OptionalLong.empty(),
                                                OptionalInt.empty(),
                                                types,
                                                false)))
                .extracting(RuntimeEvent::type)
                .containsExactly("job_running", "job_completed");
        assertThat(
                        mn.jobs()
                                .events(
                                        id,
                                        new EventQuery(
                                                OptionalLong.empty(),
                                                OptionalInt.of(1),
                                                types,
                                                true)))
                .extracting(RuntimeEvent::type)
                .containsExactly("job_completed");
    }

    @Test
    void a_limit_below_one_is_refused() {
        assertThatThrownBy(
                        () ->
                                new EventQuery(
                                        OptionalLong.empty(), OptionalInt.of(0), Set.of(), false))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("limit: 0 (expected: >= 1)");
        assertThatThrownBy(() -> JobQuery.all().withLimit(0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("limit: 0 (expected: >= 1)");
    }

    // ---- follow

    @Test
    void a_follower_sees_every_event_once_while_they_happen() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(200));
        var seen = new ArrayList<RuntimeEvent>();
        try (var stream = mn.jobs().follow(id, FollowOptions.fromStart())) {
            var reader = Thread.startVirtualThread(() -> stream.forEach(seen::add));
            for (int n = 1; n <= 200; n++) {
                mn.jobs().send(id, DOOR, knock(n));
            }
            reader.join();
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
            assertThat(stream.next(Duration.ofSeconds(1))).isEmpty();
        }
        assertThat(seen).isEqualTo(mn.jobs().events(id, EventQuery.all()));
        assertThat(seen.getLast().terminal()).isTrue();
    }

    @Test
    void a_follower_of_an_ended_job_gets_its_events_and_the_end() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        var seen = new ArrayList<RuntimeEvent>();
        try (var stream = mn.jobs().follow(id, FollowOptions.fromStart())) {
            stream.forEach(seen::add);
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
        }
        assertThat(seen).isEqualTo(mn.jobs().events(id, EventQuery.all()));
    }

    @Test
    void a_follower_that_starts_after_a_number_gets_the_rest() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        var all = mn.jobs().events(id, EventQuery.all());
        var seen = new ArrayList<RuntimeEvent>();
        try (var stream = mn.jobs().follow(id, FollowOptions.after(3))) {
            stream.forEach(seen::add);
        }
        assertThat(seen).isEqualTo(all.subList(3, all.size()));
        try (var stream = mn.jobs().follow(id, FollowOptions.after(all.size()))) {
            assertThat(stream.next(SOON)).isEmpty();
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
        }
    }

    @Test
    void a_follower_may_begin_with_the_last_events() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        var all = mn.jobs().events(id);
        for (int last : List.of(0, 2, all.size(), 9_999)) {
            var seen = new ArrayList<RuntimeEvent>();
            var options = new FollowOptions(OptionalInt.of(last), true, SOON, true);
            try (var stream = mn.jobs().follow(id, options)) {
                stream.forEach(seen::add);
                assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
            }
            assertThat(seen).isEqualTo(all.subList(Math.max(0, all.size() - last), all.size()));
        }
    }

    @Test
    void a_follower_that_wants_no_news_gets_what_is_recorded() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var recorded = new FollowOptions(OptionalInt.empty(), false, SOON, false);
        var seen = new ArrayList<RuntimeEvent>();
        try (var stream = mn.jobs().follow(id, recorded)) {
            stream.forEach(seen::add);
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.SERVER_ENDED);
            assertThat(stream.next(SOON)).isEmpty();
        }
        assertThat(seen).isNotEmpty();
        assertThat(mn.jobs().events(id).subList(0, seen.size())).isEqualTo(seen);
        mn.jobs().cancel(id);
        mn.jobs().await(id, SOON);
        var last = new FollowOptions(OptionalInt.of(1), false, SOON, false);
        try (var stream = mn.jobs().follow(id, last)) {
            assertThat(stream.next(SOON).map(RuntimeEvent::terminal)).contains(true);
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
        }
        try (var stream = mn.jobs().follow(id, recorded)) {
            stream.close();
            assertThat(stream.next(SOON)).isEmpty();
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.CLOSED);
        }
    }

    @Test
    void a_follower_cannot_ask_for_less_than_nothing() {
        assertThatThrownBy(() -> new FollowOptions(OptionalInt.of(-1), true, SOON, false))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("replay last: -1 (expected: >= 0)");
        assertThatThrownBy(() -> new FollowOptions(OptionalInt.empty(), true, Duration.ZERO, false))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("heartbeat: PT0S (expected: > 0)");
    }

    @Test
    void an_open_stream_without_news_answers_empty_in_time_and_stays_open() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        try (var stream = mn.jobs().follow(id, FollowOptions.after(4))) {
            assertThat(stream.next(Duration.ofMillis(20))).isEmpty();
            assertThat(stream.next(Duration.ZERO)).isEmpty();
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.OPEN);
        }
    }

    @Test
    void a_reader_that_waits_for_ever_gets_the_next_event() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        try (var stream = mn.jobs().follow(id, FollowOptions.after(4))) {
            mn.jobs().send(id, DOOR, knock(1));
            assertThat(stream.next(Jobs.WAIT_FOREVER)).isPresent();
        }
    }

    @Test
    void closing_a_stream_from_another_thread_ends_the_reader_at_once() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        // Many rounds, because the reader may be anywhere between looking and waiting.
        for (int round = 0; round < 200; round++) {
            var stream = mn.jobs().follow(id, FollowOptions.fromStart());
            var reading = new CountDownLatch(4);
            var reader = Thread.startVirtualThread(() -> stream.forEach(_ -> reading.countDown()));
            assertThat(reading.await(5, TimeUnit.SECONDS)).isTrue();
            stream.close();
            assertThat(reader.join(Duration.ofSeconds(5))).as("round %d", round).isTrue();
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.CLOSED);
        }
        assertThat(status(mn, id)).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void an_interrupted_reader_closes_its_stream_and_keeps_the_flag() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var stream = mn.jobs().follow(id, FollowOptions.fromStart());
        var flagged = new AtomicBoolean();
        var reader =
                Thread.startVirtualThread(
                        () -> {
                            stream.forEach(_ -> {});
                            flagged.set(Thread.currentThread().isInterrupted());
                        });
        reader.interrupt();
        reader.join();
        assertThat(flagged).isTrue();
        assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.CLOSED);
    }

    @Test
    void a_stream_of_a_closed_runtime_ends() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var stream = mn.jobs().follow(id, FollowOptions.fromStart());
        var failure = new AtomicReference<Throwable>();
        var reader =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                stream.forEach(_ -> {});
                            } catch (RuntimeException thrown) {
                                failure.set(thrown);
                            }
                        });
        mn.close();
        assertThat(reader.join(Duration.ofSeconds(5))).isTrue();
        assertThat(failure.get()).isNull();
        assertThat(stream.endReason())
                .isIn(EventStream.EndReason.CLOSED, EventStream.EndReason.ERROR);
    }

    // ---- pause, resume, cancel

    @Test
    void pause_resume_and_cancel_of_a_running_job() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        assertThat(mn.jobs().resume(id))
                .isEqualTo(new ControlResult.Unchanged(id, JobStatus.RUNNING));
        assertThat(mn.jobs().pause(id)).isEqualTo(new ControlResult.Applied(id, JobStatus.PAUSED));
        assertThat(mn.jobs().pause(id))
                .isEqualTo(new ControlResult.Unchanged(id, JobStatus.PAUSED));
        assertThat(mn.jobs().resume(id))
                .isEqualTo(new ControlResult.Applied(id, JobStatus.RUNNING));
        assertThat(mn.jobs().cancel(id))
                .isEqualTo(new ControlResult.Applied(id, JobStatus.CANCELLED));
        assertThat(mn.jobs().cancel(id))
                .isEqualTo(new ControlResult.Unchanged(id, JobStatus.CANCELLED));
    }

    @Test
    void a_cancel_says_why() {
        var mn = start();
        var given = submitted(mn, Workflows.waiting(1));
        mn.jobs().cancel(given, "the order was withdrawn");
        assertThat(whyCancelled(mn, given)).isEqualTo("the order was withdrawn");
        var none = submitted(mn, Workflows.waiting(1));
        mn.jobs().cancel(none);
        assertThat(whyCancelled(mn, none)).isEqualTo("cancelled by operator");
    }

    private static String whyCancelled(MirrorNeuron mn, JobId id) {
        return mn.jobs().events(id, EventQuery.all()).stream()
                .filter(event -> event.type().equals("job_cancelled"))
                .map(event -> event.payload().string("reason").orElse(""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_paused_job_can_be_cancelled() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        mn.jobs().pause(id);
        assertThat(mn.jobs().cancel(id))
                .isEqualTo(new ControlResult.Applied(id, JobStatus.CANCELLED));
    }

    @Test
    void an_ended_job_refuses_every_control_with_its_true_status() throws Exception {
        var mn = start();
        var completed = ended(mn, Workflows.instant());
        var failed = ended(mn, Workflows.module("broken", "1"));
        for (var id : List.of(completed, failed)) {
            var status = status(mn, id);
            for (var result :
                    List.of(mn.jobs().pause(id), mn.jobs().resume(id), mn.jobs().cancel(id))) {
                assertThat(result)
                        .isInstanceOfSatisfying(
                                ControlResult.Refused.class,
                                refused -> {
                                    assertThat(refused.status()).isEqualTo(status);
                                    assertThat(refused.why())
                                            .contains(id.value())
                                            .contains(status.wire());
                                });
            }
            assertThat(status(mn, id)).isEqualTo(status);
        }
        var cancelled = submitted(mn, Workflows.waiting(1));
        mn.jobs().cancel(cancelled);
        assertThat(mn.jobs().pause(cancelled)).isInstanceOf(ControlResult.Refused.class);
        assertThat(mn.jobs().resume(cancelled)).isInstanceOf(ControlResult.Refused.class);
    }

    @Test
    void a_paused_job_keeps_its_messages_and_handles_them_after_resume() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(2));
        mn.jobs().pause(id);
        assertThat(mn.jobs().send(id, DOOR, knock(1))).isInstanceOf(Delivery.Delivered.class);
        assertThat(mn.jobs().send(id, DOOR, knock(2))).isInstanceOf(Delivery.Delivered.class);
        assertThat(mn.jobs().agents(id).getFirst().mailboxDepth()).isEqualTo(2);
        assertThat(mn.jobs().agents(id).getFirst().processedMessages()).isZero();
        mn.jobs().resume(id);
        assertThat(mn.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Completed.class);
    }

    @Test
    void a_running_handler_is_finished_by_a_draining_pause() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.module("stuck", "7"));
        await().until(() -> handled.get() == 1);
        var pausing = new AtomicReference<ControlResult>();
        var operator = Thread.startVirtualThread(() -> pausing.set(mn.jobs().pause(id)));
        await().until(() -> status(mn, id) == JobStatus.PAUSING);
        release.countDown();
        operator.join();
        // The handler's last wish was to end the run; it was made before the job stood still.
        assertThat(pausing.get())
                .isInstanceOf(ControlResult.Applied.class)
                .isNotEqualTo(new ControlResult.Applied(id, JobStatus.PAUSING));
        mn.jobs().resume(id);
        assertThat(mn.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        assertThat(handled).hasValue(1);
    }

    @Test
    void a_pause_now_ends_the_handler_and_resume_hands_it_the_message_again() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.module("stuck", "7"));
        await().until(() -> handled.get() == 1);
        assertThat(mn.jobs().pause(id, PauseOptions.now("maintenance")))
                .isEqualTo(new ControlResult.Applied(id, JobStatus.PAUSED));
        release.countDown();
        mn.jobs().resume(id);
        assertThat(mn.jobs().await(id, SOON))
                .isInstanceOfSatisfying(
                        WaitOutcome.Completed.class,
                        done -> assertThat(done.result()).isEqualTo(JsonNumber.of(7)));
        assertThat(handled).hasValue(2);
    }

    @Test
    void cancel_ends_a_running_handler() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.module("stuck", "7"));
        await().until(() -> handled.get() == 1);
        assertThat(mn.jobs().cancel(id))
                .isEqualTo(new ControlResult.Applied(id, JobStatus.CANCELLED));
        assertThat(mn.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Cancelled.class);
    }

    // ---- send

    @Test
    void a_sent_message_is_in_the_mailbox_and_its_id_is_told() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(2));
        mn.jobs().pause(id);
        assertThat(mn.jobs().send(id, DOOR, knock(1)))
                .isInstanceOfSatisfying(
                        Delivery.Delivered.class,
                        delivered -> assertThat(delivered.messageId()).isNotBlank());
        assertThat(mn.jobs().send(id, DOOR, knock(2).withId("second")))
                .isEqualTo(new Delivery.Delivered("second"));
        assertThat(mn.jobs().agents(id).getFirst().mailboxDepth()).isEqualTo(2);
    }

    @Test
    void a_message_id_is_delivered_once_and_never_for_two_contents() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(2));
        var knock = knock(1).withId("k1");
        assertThat(mn.jobs().send(id, DOOR, knock)).isEqualTo(new Delivery.Delivered("k1"));
        assertThat(mn.jobs().send(id, DOOR, knock)).isEqualTo(new Delivery.Delivered("k1"));
        assertThatThrownBy(() -> mn.jobs().send(id, DOOR, knock(2).withId("k1")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("k1")
                .extracting("code")
                .isEqualTo(ErrorCode.MESSAGE_ID_CONFLICT);
        assertThat(status(mn, id)).isEqualTo(JobStatus.RUNNING);
        mn.jobs().send(id, DOOR, knock(3).withId("k2"));
        mn.jobs().await(id, SOON);
        assertThat(mn.jobs().agents(id).getFirst().processedMessages()).isEqualTo(2);
    }

    @Test
    void an_unknown_agent_is_a_result() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var window = AgentId.of("window");
        assertThat(mn.jobs().send(id, window, knock(1)))
                .isEqualTo(new Delivery.NoSuchAgent(id, window));
    }

    @Test
    void an_ended_job_takes_no_messages() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        assertThat(mn.jobs().send(id, DOOR, knock(1))).isEqualTo(new Delivery.NotRunning(id));
    }

    @Test
    void a_full_mailbox_asks_to_come_back_and_loses_nothing() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.narrow());
        mn.jobs().pause(id);
        int taken = 0;
        Delivery delivery = mn.jobs().send(id, DOOR, knock(++taken));
        while (delivery instanceof Delivery.Delivered) {
            delivery = mn.jobs().send(id, DOOR, knock(++taken));
        }
        assertThat(delivery).isEqualTo(new Delivery.Backpressure(Duration.ofMillis(250)));
        int waiting = taken - 1;
        assertThat(waiting).isEqualTo(6);
        mn.jobs().resume(id);
        await().untilAsserted(
                        () ->
                                assertThat(mn.jobs().agents(id).getFirst().processedMessages())
                                        .isEqualTo(waiting));
        assertThat(mn.jobs().send(id, DOOR, knock(taken))).isInstanceOf(Delivery.Delivered.class);
    }

    @Test
    void a_body_of_five_megabytes_comes_through_whole() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.module("echo"));
        var text = "x".repeat(5 << 20);
        assertThat(mn.jobs().send(id, DOOR, Message.of("go", new JsonString(text))))
                .isInstanceOf(Delivery.Delivered.class);
        assertThat(mn.jobs().await(id, SOON))
                .isInstanceOfSatisfying(
                        WaitOutcome.Completed.class,
                        done -> assertThat(done.result()).isEqualTo(new JsonString(text)));
        if (durable()) {
            mn.close();
            assertThat(start().jobs().inspect(id).orElseThrow().output())
                    .isEqualTo(new JsonString(text));
        }
    }

    @Test
    void a_body_over_the_limit_is_refused_and_the_job_goes_on() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var tooLarge = Message.of("go", new JsonString("x".repeat(EmbeddedJobs.MESSAGE_BYTES_MAX)));
        var refusal =
                catchThrowableOfType(
                        InvalidRequestException.class, () -> mn.jobs().send(id, DOOR, tooLarge));
        assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(refusal).hasMessage("message body: 67108866 bytes (expected: <= 67108864)");
        assertThat(status(mn, id)).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void a_message_without_a_type_is_refused() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        assertThatThrownBy(() -> mn.jobs().send(id, DOOR, Message.of(" ", JsonObject.empty())))
                .isInstanceOf(InvalidRequestException.class);
    }

    // ---- dead letters and replay

    @Test
    void a_rejected_message_is_a_dead_letter_that_can_be_replayed_once() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.module("fussy", "{\"item\":1}"));
        await().until(() -> !mn.jobs().deadLetters(id).isEmpty());
        assertThat(mn.jobs().deadLetters(id))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.index()).isZero();
                            assertThat(letter.agentId()).isEqualTo(DOOR);
                            assertThat(letter.reason()).isEqualTo("handler_rejected");
                            assertThat(letter.error()).contains("not mended yet");
                            assertThat(letter.message().object("body").integer("item")).hasValue(1);
                            assertThat(letter.replayedAt()).isEmpty();
                        });
        assertThat(status(mn, id)).isEqualTo(JobStatus.RUNNING);

        var replayed = mn.jobs().replay(id, 0);
        assertThat(replayed).isInstanceOf(Delivery.Delivered.class);
        await().until(() -> mn.jobs().deadLetters(id).size() == 2);
        var first = mn.jobs().deadLetters(id).getFirst();
        assertThat(first.replayCount()).isEqualTo(1);
        assertThat(first.replayedAt()).isPresent();
        assertThat(first.replayMessageId()).contains(((Delivery.Delivered) replayed).messageId());
        assertThat(mn.jobs().replay(id, 0)).isInstanceOf(Delivery.NotReplayable.class);

        mended.set(true);
        assertThat(mn.jobs().replay(id, 0, true)).isInstanceOf(Delivery.Delivered.class);
        assertThat(mn.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        assertThat(mn.jobs().replay(id, 1)).isEqualTo(new Delivery.NotRunning(id));
        assertThat(mn.jobs().deadLetters(id)).extracting(DeadLetter::index).containsExactly(0, 1);
    }

    @Test
    void a_dead_letter_that_is_not_there_cannot_be_replayed() {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        assertThatThrownBy(() -> mn.jobs().replay(id, 0))
                .isInstanceOf(NoSuchEntityException.class)
                .hasMessageContaining(id.value());
    }

    @Test
    void dead_letters_outlive_a_restart() throws Exception {
        assumeTrue(durable());
        var mn = start();
        var id = submitted(mn, Workflows.module("fussy", "1"));
        await().until(() -> !mn.jobs().deadLetters(id).isEmpty());
        mn.close();
        mended.set(true);
        var again = start();
        assertThat(again.jobs().replay(id, 0)).isInstanceOf(Delivery.Delivered.class);
        assertThat(again.jobs().await(id, SOON)).isInstanceOf(WaitOutcome.Completed.class);
    }

    // ---- cleanup

    @Test
    void cleanup_deletes_ended_jobs_and_with_all_the_others_too() throws Exception {
        var mn = start();
        var completed = ended(mn, Workflows.instant());
        var running = submitted(mn, Workflows.waiting(1));
        assertThat(mn.jobs().cleanup(false).deletedJobs()).containsExactly(completed);
        assertThat(mn.jobs().inspect(completed)).isEmpty();
        assertThat(status(mn, running)).isEqualTo(JobStatus.RUNNING);
        assertThat(mn.jobs().cleanup(true).deletedJobs()).containsExactly(running);
        assertThat(mn.monitor().listJobs(JobQuery.all())).isEmpty();
    }

    // ---- retry

    @Test
    void a_job_is_submitted_again_with_what_it_was_submitted_with() throws Exception {
        var mn = start();
        var first =
                mn.jobs()
                        .submit(
                                Workflows.instant(),
                                SubmitOptions.defaults()
                                        .withRunId(RunId.of("monday"))
                                        .withMetadata(Map.of("team", "blue")))
                        .orThrow();
        assertThat(mn.jobs().await(first, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        var again = (Submission.Accepted) mn.jobs().retry(first);
        assertThat(again.jobId()).isNotEqualTo(first);
        assertThat(again.runId()).contains(RunId.of(again.jobId().value()));
        assertThat(mn.jobs().await(again.jobId(), SOON)).isInstanceOf(WaitOutcome.Completed.class);
        var record = mn.jobs().inspect(again.jobId()).orElseThrow();
        var former = mn.jobs().inspect(first).orElseThrow();
        assertThat(record.output()).isEqualTo(former.output());
        assertThat(record.raw().at("graph_id")).isEqualTo(former.raw().at("graph_id"));
        assertThat(record.raw().object("metadata").string("team")).contains("blue");
        assertThat(record.raw().object("metadata").string("retry_of")).contains(first.value());
        assertThat(status(mn, first)).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void a_retry_outlives_a_restart_and_has_the_inputs() throws Exception {
        assumeTrue(durable());
        var mn = start();
        var inputs =
                JsonObject.of(
                        "door",
                        JsonArray.of(JsonObject.of("body", new JsonString("from outside"))));
        var first =
                mn.jobs()
                        .submit(
                                Workflows.module("echo", "1"),
                                SubmitOptions.defaults().withInputs(inputs))
                        .orThrow();
        assertThat(mn.jobs().await(first, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        var output = mn.jobs().inspect(first).orElseThrow().output();
        mn.close();
        var later = start();
        var again = later.jobs().retry(first).orThrow();
        assertThat(later.jobs().await(again, SOON)).isInstanceOf(WaitOutcome.Completed.class);
        assertThat(later.jobs().inspect(again).orElseThrow().output())
                .isEqualTo(output)
                .isEqualTo(new JsonString("from outside"));
    }

    @Test
    void nobody_is_not_submitted_again() {
        var jobs = start().jobs();
        assertThatThrownBy(() -> jobs.retry(NOBODY)).isInstanceOf(NoSuchJobException.class);
    }

    // ---- operations

    @Test
    void an_operation_ends_every_job_and_says_what_became_of_each() throws Exception {
        var mn = start();
        var completed = ended(mn, Workflows.instant());
        var one = submitted(mn, Workflows.waiting(1));
        var other = submitted(mn, Workflows.waiting(1));
        var handle = mn.operations().start(new OperationRequest.CancelAllJobs());
        assertThat(handle.id().value()).startsWith("op-");
        var operation = handle.await(SOON);
        assertThat(operation.id()).isEqualTo(handle.id());
        assertThat(operation.kind()).isEqualTo("cancel_all_jobs");
        assertThat(operation.status()).isEqualTo(OperationStatus.COMPLETED);
        assertThat(operation.counters()).isEqualTo(new Operation.Counters(2, 2, 2, 0, 0));
        assertThat(operation.items())
                .extracting(Operation.Item::target)
                .containsExactlyInAnyOrder(one.value(), other.value());
        assertThat(operation.items()).extracting(Operation.Item::status).containsOnly("cancelled");
        assertThat(operation.createdAt()).isAfter(Instant.EPOCH);
        assertThat(operation.updatedAt()).isAfterOrEqualTo(operation.createdAt());
        assertThat(status(mn, one)).isEqualTo(JobStatus.CANCELLED);
        assertThat(status(mn, completed)).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void all_jobs_are_cancelled_and_cleared_by_the_names_of_the_jobs_part() throws Exception {
        var mn = start();
        var job = submitted(mn, Workflows.waiting(1));
        assertThat(mn.jobs().events(job)).isEqualTo(mn.jobs().events(job, EventQuery.all()));
        var cancelled = mn.jobs().cancelAll().await(SOON);
        assertThat(cancelled.kind()).isEqualTo("cancel_all_jobs");
        assertThat(status(mn, job)).isEqualTo(JobStatus.CANCELLED);
        var patient = mn.with(CallOptions.none().withDeadline(SOON));
        var cleared = patient.jobs().clearTerminal().await(SOON);
        assertThat(cleared.kind()).isEqualTo("clear_jobs");
        assertThat(cleared.status()).isEqualTo(OperationStatus.COMPLETED);
        assertThat(mn.jobs().inspect(job)).isEmpty();
    }

    @Test
    void an_operation_clears_the_records_of_ended_jobs_only() throws Exception {
        var mn = start();
        var completed = ended(mn, Workflows.instant());
        var running = submitted(mn, Workflows.waiting(1));
        var operation = mn.operations().start(new OperationRequest.ClearJobs()).await(SOON);
        assertThat(operation.items())
                .containsExactly(
                        new Operation.Item(completed.value(), "cleared", Optional.empty()));
        assertThat(mn.jobs().inspect(completed)).isEmpty();
        assertThat(status(mn, running)).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void the_events_of_an_operation_come_once_in_order_and_end() throws Exception {
        var mn = start();
        var one = ended(mn, Workflows.instant());
        var id = mn.operations().start(new OperationRequest.ClearJobs()).id();
        var events = new ArrayList<OperationEvent>();
        try (var stream = mn.operations().follow(id, 0)) {
            for (var event = stream.next(SOON); event.isPresent(); event = stream.next(SOON)) {
                events.add(event.get());
            }
            assertThat(stream.endReason()).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
        }
        assertThat(events)
                .extracting(OperationEvent::type)
                .containsExactly(
                        "operation_started",
                        "item_started",
                        "item_completed",
                        "operation_completed");
        assertThat(events).extracting(OperationEvent::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(events.get(2).itemId()).contains(one.value());
        assertThat(events.get(2).status()).isEqualTo("cleared");
        assertThat(events.get(3).itemId()).isEmpty();
        assertThat(events.get(3).terminal()).isTrue();

        try (var rest = mn.operations().follow(id, 3)) {
            assertThat(rest.next(SOON).orElseThrow().sequence()).isEqualTo(4);
            assertThat(rest.next(SOON)).isEmpty();
        }
        try (var nothing = mn.operations().follow(id, 4)) {
            assertThat(nothing.next(SOON)).isEmpty();
            assertThat(nothing.endReason()).isEqualTo(EventStream.EndReason.TERMINAL_EVENT);
        }
    }

    @Test
    void operations_are_listed_newest_first_without_their_items() throws Exception {
        var mn = start();
        ended(mn, Workflows.instant());
        var ids = new ArrayList<OperationId>();
        for (int i = 0; i < 3; i++) {
            var handle = mn.operations().start(new OperationRequest.ClearJobs());
            var begun = handle.await(SOON).createdAt();
            ids.addFirst(handle.id());
            // Times of records have milliseconds.
            await().until(() -> Instant.now().isAfter(begun.plusMillis(1)));
        }
        var listed = mn.operations().list(10);
        assertThat(listed).extracting(Operation::id).containsExactlyElementsOf(ids);
        assertThat(listed).allMatch(operation -> operation.items().isEmpty());
        assertThat(listed)
                .extracting(operation -> operation.counters().succeeded())
                .containsExactly(0, 0, 1);
        assertThat(mn.operations().list(1))
                .extracting(Operation::id)
                .containsExactly(ids.getFirst());
        assertThatThrownBy(() -> mn.operations().list(0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("limit: 0 (expected: >= 1)");
    }

    @Test
    void an_operation_that_is_not_there_is_absent_and_cannot_be_followed() {
        var operations = start().operations();
        var nobody = OperationId.of("op-0000000000000000");
        assertThat(operations.get(nobody)).isEmpty();
        assertThat(operations.list(5)).isEmpty();
        assertThat(
                        catchThrowableOfType(
                                        NoSuchEntityException.class,
                                        () -> operations.follow(nobody, 0))
                                .code())
                .isEqualTo(ErrorCode.OPERATION_NOT_FOUND);
    }

    @Test
    void an_operation_outlives_a_restart() throws Exception {
        assumeTrue(durable());
        var first = start();
        ended(first, Workflows.instant());
        var id = first.operations().start(new OperationRequest.ClearJobs()).id();
        new OperationHandle(first.operations(), id).await(SOON);
        first.close();
        var again = start().operations();
        var operation = again.get(id).orElseThrow();
        assertThat(operation.status()).isEqualTo(OperationStatus.COMPLETED);
        assertThat(operation.counters().succeeded()).isEqualTo(1);
        assertThat(again.list(5)).extracting(Operation::id).containsExactly(id);
    }

    // ---- monitor

    private Map<JobStatus, JobId> oneOfEach(MirrorNeuron mn) throws InterruptedException {
        var jobs = new HashMap<JobStatus, JobId>();
        jobs.put(JobStatus.COMPLETED, ended(mn, Workflows.instant()));
        jobs.put(JobStatus.FAILED, ended(mn, Workflows.module("broken", "1")));
        jobs.put(JobStatus.CANCELLED, submitted(mn, Workflows.waiting(1)));
        mn.jobs().cancel(jobs.get(JobStatus.CANCELLED));
        jobs.put(JobStatus.PAUSED, submitted(mn, Workflows.waiting(1)));
        mn.jobs().pause(jobs.get(JobStatus.PAUSED));
        jobs.put(JobStatus.RUNNING, submitted(mn, Workflows.waiting(1)));
        return jobs;
    }

    @Test
    void jobs_are_listed_newest_change_first_whatever_their_status() throws Exception {
        var mn = start();
        var jobs = oneOfEach(mn);
        var listed = mn.monitor().listJobs(JobQuery.all());
        assertThat(listed).extracting(JobSummary::jobId).hasSameElementsAs(jobs.values());
        assertThat(listed)
                .isSortedAccordingTo(Comparator.comparing(JobSummary::updatedAt).reversed());
        assertThat(listed)
                .allSatisfy(line -> assertThat(jobs).containsEntry(line.status(), line.jobId()));
        assertThat(listed)
                .filteredOn(JobSummary::live)
                .extracting(JobSummary::status)
                .containsExactlyInAnyOrder(JobStatus.RUNNING, JobStatus.PAUSED);
    }

    @Test
    void a_list_is_filtered_by_status_by_end_and_by_life() throws Exception {
        var mn = start();
        var jobs = oneOfEach(mn);
        for (var one : jobs.entrySet()) {
            assertThat(mn.monitor().listJobs(JobQuery.all().withStatuses(Set.of(one.getKey()))))
                    .extracting(JobSummary::jobId)
                    .as(one.getKey().wire())
                    .containsExactly(one.getValue());
        }
        assertThat(mn.monitor().listJobs(JobQuery.unfinished()))
                .extracting(JobSummary::status)
                .containsExactlyInAnyOrder(JobStatus.RUNNING, JobStatus.PAUSED);
        assertThat(
                        mn.monitor()
                                .listJobs(
                                        new JobQuery(OptionalInt.empty(), 0, true, true, Set.of())))
                .allMatch(JobSummary::live)
                .hasSize(2);
        assertThat(
                        mn.monitor()
                                .listJobs(
                                        JobQuery.unfinished()
                                                .withStatuses(Set.of(JobStatus.COMPLETED))))
                .isEmpty();
    }

    @Test
    void the_pages_of_a_list_are_the_list_whatever_lives_and_whatever_has_ended() throws Exception {
        var mn = start();
        oneOfEach(mn);
        var all = ids(mn.monitor().listJobs(JobQuery.all()));
        for (int size = 1; size <= 6; size++) {
            var pages = new ArrayList<JobId>();
            for (int from = 0; from < all.size(); from += size) {
                pages.addAll(
                        ids(
                                mn.monitor()
                                        .listJobs(
                                                JobQuery.all().withLimit(size).withOffset(from))));
            }
            assertThat(pages).as("pages of %d", size).containsExactlyElementsOf(all);
        }
        assertThat(ids(mn.monitor().listJobs(JobQuery.all().withOffset(2))))
                .isEqualTo(all.subList(2, all.size()));
        assertThat(mn.monitor().listJobs(JobQuery.all().withOffset(99))).isEmpty();
        assertThatThrownBy(() -> JobQuery.all().withOffset(-1))
                .hasMessage("offset: -1 (expected: >= 0)");
    }

    private static List<JobId> ids(List<JobSummary> lines) {
        return lines.stream().map(JobSummary::jobId).toList();
    }

    @Test
    void jobs_are_counted_as_a_list_would_hold_them() throws Exception {
        var mn = start();
        var jobs = oneOfEach(mn);
        assertThat(mn.monitor().countJobs(JobQuery.all().withLimit(1).withOffset(3)))
                .isEqualTo(jobs.size());
        assertThat(mn.monitor().countJobs(JobQuery.unfinished())).isEqualTo(2);
        assertThat(
                        mn.monitor()
                                .countJobs(
                                        new JobQuery(OptionalInt.empty(), 0, true, true, Set.of())))
                .isEqualTo(2);
        for (var status : jobs.keySet()) {
            assertThat(mn.monitor().countJobs(JobQuery.all().withStatuses(Set.of(status))))
                    .as(status.wire())
                    .isEqualTo(1);
        }
        var metrics = mn.monitor().metrics();
        assertThat(metrics.total()).isEqualTo(jobs.size());
        assertThat(metrics.byStatus())
                .isEqualTo(
                        jobs.keySet().stream()
                                .collect(Collectors.toMap(status -> status, _ -> 1L)));
        assertThat(metrics.nodes()).isEqualTo(1);
        assertThat(metrics.raw())
                .hasToString(
                        "{\"jobs\":{\"total\":5,\"by_status\":{\"pending\":0,\"queued\":0,"
                                + "\"running\":1,\"pausing\":0,\"paused\":1,\"completed\":1,"
                                + "\"failed\":1,\"cancelled\":1}},\"nodes\":{\"total\":1},"
                                + "\"source\":\"store\"}");

        mn.jobs().cleanup(false);
        assertThat(mn.monitor().countJobs(JobQuery.all())).isEqualTo(2);
    }

    @Test
    void a_waiting_reader_hears_that_a_job_has_grown() throws Exception {
        var mn = start();
        var id = in(oneOfEach(mn), JobStatus.RUNNING);
        long before = mn.monitor().workflowProgress(id).orElseThrow().sequence();

        assertThat(mn.jobs().awaitChange(id, before - 1, Duration.ZERO)).isTrue();
        assertThat(mn.jobs().awaitChange(id, before, Duration.ofMillis(20))).isFalse();

        var grown = new CompletableFuture<Boolean>();
        var reader =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        grown.complete(mn.jobs().awaitChange(id, before, SOON));
                                    } catch (InterruptedException | RuntimeException failure) {
                                        grown.completeExceptionally(failure);
                                    }
                                });
        await().atMost(SOON)
                .until(() -> reader.getState() == Thread.State.TIMED_WAITING || grown.isDone());
        assertThat(grown).isNotDone();
        mn.jobs().pause(id);
        assertThat(grown.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_thousand_readers_may_wait_for_one_job() throws Exception {
        var mn = start();
        var id = in(oneOfEach(mn), JobStatus.RUNNING);
        long before = mn.monitor().workflowProgress(id).orElseThrow().sequence();
        var heard = new ArrayList<CompletableFuture<Boolean>>();
        for (int i = 0; i < 1_000; i++) {
            var one = new CompletableFuture<Boolean>();
            heard.add(one);
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    one.complete(mn.jobs().awaitChange(id, before, SOON));
                                } catch (InterruptedException | RuntimeException failure) {
                                    one.completeExceptionally(failure);
                                }
                            });
        }
        mn.jobs().pause(id);
        for (var one : heard) {
            assertThat(one.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nobody_waits_for_a_job_that_has_ended_or_is_not_there() throws Exception {
        var mn = start();
        var id = in(oneOfEach(mn), JobStatus.COMPLETED);
        long last = mn.monitor().workflowProgress(id).orElseThrow().sequence();

        assertThat(mn.jobs().awaitChange(id, last - 1, SOON)).isTrue();
        assertThat(mn.jobs().awaitChange(id, last, Duration.ofDays(1))).isFalse();
        assertThatThrownBy(() -> mn.jobs().awaitChange(NOBODY, 0, SOON))
                .isInstanceOf(NoSuchJobException.class);
    }

    @Test
    void everything_that_waits_is_explained_at_once() throws Exception {
        var mn = start();
        var jobs = oneOfEach(mn);
        var running = mn.monitor().explainAll(in(jobs, JobStatus.RUNNING), 10);
        assertThat(running.getFirst())
                .isEqualTo(mn.monitor().explain(in(jobs, JobStatus.RUNNING)).orElseThrow());
        assertThat(mn.monitor().explainAll(in(jobs, JobStatus.PAUSED), 1)).hasSize(1);
        assertThat(mn.monitor().explainAll(in(jobs, JobStatus.FAILED), 10)).hasSize(1);
        assertThat(mn.monitor().explainAll(NOBODY, 10)).isEmpty();
        assertThatThrownBy(() -> mn.monitor().explainAll(NOBODY, 0))
                .hasMessage("limit: 0 (expected: >= 1)");
    }

    private static JobId in(Map<JobStatus, JobId> jobs, JobStatus status) {
        return Optional.ofNullable(jobs.get(status)).orElseThrow();
    }

    @Test
    void the_details_of_a_job_are_a_document_for_pages() throws Exception {
        var mn = start();
        var jobs = oneOfEach(mn);
        var details = mn.monitor().jobDetails(in(jobs, JobStatus.FAILED), 3).orElseThrow().toJson();
        assertThat(details.names())
                .containsExactly(
                        "job",
                        "summary",
                        "agents",
                        "sandboxes",
                        "recent_events",
                        "trace_id",
                        "failure");
        assertThat(details.object("failure")).isEqualTo(details.object("job").object("failure"));
        assertThat(details.object("summary").integer("recent_event_count")).hasValue(3);
        var sequences =
                details.array("recent_events").stream()
                        .map(event -> ((JsonObject) event).integer("seq").orElseThrow())
                        .toList();
        assertThat(sequences).isSorted().hasSize(3);
        assertThat(sequences.getLast())
                .isEqualTo(details.object("summary").integer("event_count").orElseThrow());
        assertThat(details.object("job").string("finished_at")).isPresent();

        var completed =
                mn.monitor().jobDetails(in(jobs, JobStatus.COMPLETED)).orElseThrow().toJson();
        assertThat(completed.at("failure").isNull()).isTrue();
        assertThat(completed.object("job").has("failure")).isFalse();
        assertThat(completed.object("job").object("result").has("output")).isTrue();
    }

    @Test
    void the_graph_of_a_job_counts_what_went_along_its_edges() throws Exception {
        var mn = start();
        var id = in(oneOfEach(mn), JobStatus.COMPLETED);
        var graph = mn.monitor().graph(id).orElseThrow();
        assertThat(graph.raw().object("stats").integer("agent_count")).hasValue(graph.agents());
        assertThat(graph.raw().object("stats").integer("event_count"))
                .hasValue(mn.monitor().workflowProgress(id).orElseThrow().sequence());
        assertThat(graph.raw().string("status")).contains("completed");
        assertThat(mn.monitor().graph(NOBODY)).isEmpty();
    }

    @Test
    void the_node_says_what_it_has() {
        var node = start().cluster().nodes().getFirst().toJson();
        assertThat(node.bool("self")).contains(true);
        assertThat(node.bool("self?")).contains(true);
        assertThat(node.string("scheduler_hint")).contains("cluster_member");
        assertThat(node.object("hardware").object("cpu").integer("logical_processors")).isPresent();
        assertThat(node.object("hardware").object("memory").integer("available_bytes")).isPresent();
        assertThat(node.object("executor_pools").object("default").names())
                .containsExactly("capacity", "available", "in_use", "queued", "active");
    }

    @Test
    void limits_of_resources_outlive_a_restart() {
        var mn = start();
        var limits = ResourceLimits.none().withCpu(50);
        mn.resources().set(limits);
        assertThat(mn.resources().get().limits()).isEqualTo(limits);
        mn.close();
        assertThatThrownBy(() -> mn.resources().get())
                .isInstanceOf(RuntimeUnavailableException.class);
        if (durable()) {
            assertThat(start().resources().get().limits()).isEqualTo(limits);
        }
    }

    @Test
    void a_limit_keeps_the_newest_of_living_and_ended_jobs() throws Exception {
        var mn = start();
        oneOfEach(mn);
        var all = mn.monitor().listJobs(JobQuery.all());
        for (int limit = 1; limit <= 6; limit++) {
            assertThat(mn.monitor().listJobs(JobQuery.all().withLimit(limit)))
                    .extracting(JobSummary::updatedAt)
                    .as("limit %d", limit)
                    .isEqualTo(
                            all.subList(0, Math.min(limit, 5)).stream()
                                    .map(JobSummary::updatedAt)
                                    .toList());
        }
    }

    @Test
    void a_list_is_the_same_after_a_restart() throws Exception {
        assumeTrue(durable());
        var mn = start();
        var jobs = oneOfEach(mn);
        mn.close();
        assertThat(start().monitor().listJobs(JobQuery.all()))
                .hasSize(5)
                .allSatisfy(line -> assertThat(jobs).containsEntry(line.status(), line.jobId()));
    }

    @Test
    void details_show_the_newest_events_first_and_say_when_older_ones_are_left_out()
            throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        var all = mn.jobs().events(id, EventQuery.all());
        var few = mn.monitor().jobDetails(id, 3).orElseThrow();
        assertThat(few.recentEvents()).isEqualTo(all.reversed().subList(0, 3));
        assertThat(few.truncated()).isTrue();
        assertThat(few.job().status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(few.summary().jobId()).isEqualTo(id);
        assertThat(few.agents())
                .singleElement()
                .satisfies(agent -> assertThat(agent.agentId()).isEqualTo(DOOR));
        assertThat(few.toJson().names())
                .startsWith("job", "summary", "agents", "sandboxes", "recent_events");
        assertThat(mn.monitor().jobDetails(id).orElseThrow().truncated()).isFalse();
        assertThat(mn.monitor().jobDetails(NOBODY)).isEmpty();
    }

    @Test
    void details_may_be_asked_for_without_events_but_not_with_fewer() throws Exception {
        var mn = start();
        var id = ended(mn, Workflows.instant());
        var none = mn.monitor().jobDetails(id, 0).orElseThrow();
        assertThat(none.recentEvents()).isEmpty();
        assertThat(none.truncated()).isTrue();
        assertThatThrownBy(() -> mn.monitor().jobDetails(id, -1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("event limit: -1 (expected: >= 0)");
    }

    @Test
    void the_overview_shows_this_node_with_its_pools_and_the_jobs() throws Exception {
        var mn = start();
        var jobs = oneOfEach(mn);
        var overview = mn.monitor().clusterOverview(JobQuery.all());
        assertThat(overview.jobs()).hasSize(jobs.size());
        assertThat(overview.nodes())
                .singleElement()
                .satisfies(
                        node -> {
                            assertThat(node.self()).isTrue();
                            assertThat(node.status()).isEqualTo(NodeStatus.HEALTHY);
                            assertThat(node.schedulingEligible()).isTrue();
                            assertThat(node.executorPools().get("default"))
                                    .satisfies(
                                            pool -> {
                                                assertThat(pool.capacity()).isPositive();
                                                assertThat(pool.available())
                                                        .isEqualTo(pool.capacity());
                                            });
                        });
        var hardware = overview.nodes().getFirst().hardware().orElseThrow();
        assertThat(hardware.cpu().integer("logical_processors").orElse(0)).isPositive();
        assertThat(hardware.memory().integer("total_bytes").orElse(0)).isPositive();
        assertThat(overview.metrics().orElseThrow().total()).isEqualTo(jobs.size());
        assertThat(overview.toJson().names()).containsExactly("nodes", "jobs", "metrics");
        assertThat(overview.toJson().array("jobs").size()).isEqualTo(jobs.size());
        assertThat(mn.cluster().nodes()).hasSize(1);
    }

    @Test
    void every_status_is_explained_in_a_sentence() throws Exception {
        var mn = start();
        for (var one : oneOfEach(mn).entrySet()) {
            var why = mn.monitor().explain(one.getValue()).orElseThrow();
            assertThat(why.state()).isEqualTo(one.getKey().wire());
            assertThat(why.sentence()).isNotBlank();
            assertThat(why.cause()).matches("[a-z_.]+");
            assertThat(mn.monitor().explain(one.getValue(), DOOR)).isPresent();
            assertThat(mn.monitor().explain(one.getValue(), AgentId.of("window"))).isEmpty();
        }
        assertThat(mn.monitor().explain(NOBODY)).isEmpty();
        assertThat(mn.monitor().explain(NOBODY, DOOR)).isEmpty();
    }

    // ---- exceptions

    @Test
    void nothing_may_be_null() {
        var jobs = start().jobs();
        for (var call : nullCalls(jobs)) {
            assertThatThrownBy(call).isInstanceOf(NullPointerException.class);
        }
    }

    @SuppressWarnings("NullAway")
    private static List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> nullCalls(
            Jobs jobs) {
        return List.of(
                () -> jobs.retry(null),
                () -> jobs.submit(null, SubmitOptions.defaults()),
                () -> jobs.submit(Workflows.instant(), null),
                () -> jobs.validate(null),
                () -> jobs.await(null, Duration.ZERO),
                () -> jobs.inspect(null),
                () -> jobs.cancel(null),
                () -> jobs.cancel(JobId.of("door-1"), null),
                () -> jobs.send(null, DOOR, knock(1)),
                () -> jobs.follow(null, FollowOptions.fromStart()),
                () -> JobId.of(null));
    }

    @Test
    void nobody_can_change_what_was_answered() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        var query = JobQuery.all();
        var answers =
                List.<Collection<?>>of(
                        mn.jobs().agents(id),
                        mn.jobs().events(id, EventQuery.all()),
                        mn.jobs()
                                .events(
                                        id,
                                        new EventQuery(
                                                OptionalLong.empty(),
                                                OptionalInt.of(1),
                                                Set.of(),
                                                true)),
                        mn.jobs().deadLetters(id),
                        mn.jobs().humanRequests(id),
                        mn.monitor().listJobs(query),
                        mn.monitor().listJobs(query.withLimit(1)),
                        mn.monitor().explainAll(id, 1),
                        mn.monitor().clusterOverview(query).jobs(),
                        mn.monitor().clusterOverview(query).nodes(),
                        mn.monitor().jobDetails(id).orElseThrow().recentEvents(),
                        mn.monitor().metrics().byStatus().keySet(),
                        mn.cluster().nodes(),
                        mn.operations().list(1),
                        mn.capabilities().features());
        for (var answer : answers) {
            assertThatThrownBy(answer::clear)
                    .as(answer.toString())
                    .isInstanceOf(UnsupportedOperationException.class);
        }
        mn.jobs().pause(id);
        try (var backup = mn.backups().export(id)) {
            assertThatThrownBy(backup.bundleFiles()::clear)
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void blank_ids_are_refused() {
        assertThatThrownBy(() -> JobId.of(" "))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("job id: \" \" (expected: not blank)");
        assertThatThrownBy(() -> AgentId.of("")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void every_call_to_a_closed_runtime_says_that_it_is_unavailable() throws Exception {
        var mn = start();
        var id = submitted(mn, Workflows.waiting(1));
        mn.close();
        mn.close();
        var jobs = mn.jobs();
        var calls = new HashMap<String, org.assertj.core.api.ThrowableAssert.ThrowingCallable>();
        calls.put("submit", () -> jobs.submit(Workflows.instant(), SubmitOptions.defaults()));
        calls.put("run", () -> jobs.run(Workflows.instant(), SubmitOptions.defaults()));
        calls.put("await", () -> jobs.await(id, Duration.ofSeconds(1)));
        calls.put("inspect", () -> jobs.inspect(id));
        calls.put("agents", () -> jobs.agents(id));
        calls.put("events", () -> jobs.events(id, EventQuery.all()));
        calls.put("follow", () -> jobs.follow(id, FollowOptions.fromStart()));
        calls.put("deadLetters", () -> jobs.deadLetters(id));
        calls.put("retry", () -> jobs.retry(id));
        calls.put("replay", () -> jobs.replay(id, 0));
        calls.put("pause", () -> jobs.pause(id));
        calls.put("resume", () -> jobs.resume(id));
        calls.put("cancel", () -> jobs.cancel(id));
        calls.put("cleanup", () -> jobs.cleanup(false));
        calls.put("send", () -> jobs.send(id, DOOR, knock(1)));
        calls.put("listJobs", () -> mn.monitor().listJobs(JobQuery.all()));
        calls.put("jobDetails", () -> mn.monitor().jobDetails(id));
        calls.put("clusterOverview", () -> mn.monitor().clusterOverview(JobQuery.all()));
        calls.put("explain", () -> mn.monitor().explain(id));
        var operation = OperationId.of("op-1");
        calls.put("start", () -> mn.operations().start(new OperationRequest.ClearJobs()));
        calls.put("get", () -> mn.operations().get(operation));
        calls.put("list", () -> mn.operations().list(1));
        calls.put("follow operation", () -> mn.operations().follow(operation, 0));
        calls.forEach(
                (name, call) ->
                        assertThatThrownBy(call)
                                .as(name)
                                .isInstanceOfSatisfying(
                                        RuntimeUnavailableException.class,
                                        thrown -> assertThat(thrown.retryable()).isTrue()));
    }

    @Test
    void a_failure_keeps_its_limits_and_hides_secrets() {
        var failure =
                mirrorneuron.api.Failure.of(
                        "c".repeat(500),
                        "d".repeat(500),
                        JsonObject.builder()
                                .put("message", "m".repeat(50_000))
                                .put("api_key", "sk-1")
                                .put("Authorization", "Bearer x")
                                .put("blob", "b".repeat(50_000))
                                .build(),
                        java.time.Instant.EPOCH,
                        "r".repeat(5_000));
        assertThat(failure.code()).hasSize(128);
        assertThat(failure.desc()).hasSize(160);
        assertThat(failure.remediation()).hasSize(1_024);
        assertThat(failure.details().string("message").orElse("")).hasSize(2_048);
        assertThat(failure.details().bool("truncated")).contains(true);
        assertThat(failure.size()).isLessThanOrEqualTo(16 * 1_024);
        assertThat(failure.toJson().toString()).doesNotContain("sk-1").doesNotContain("Bearer x");
        assertThat(mirrorneuron.api.Failure.fromJson(failure.toJson())).isEqualTo(failure);
    }

    @Test
    void capabilities_say_how_the_runtime_was_obtained() {
        var capabilities = start().capabilities();
        assertThat(capabilities.mode()).isNotNull();
        assertThat(capabilities.version()).isNotBlank();
        assertThat(capabilities.features())
                .contains(Capabilities.Feature.FLAT_JOBS, Capabilities.Feature.DEAD_LETTER_REPLAY);
    }

    @Test
    void a_command_on_the_host_is_a_job_like_any_other() throws Exception {
        var outcome =
                start().jobs()
                        .run(
                                Workflows.command(
                                        "echo '{\"complete_run\":{\"answer\":42}}'", true),
                                SubmitOptions.defaults());
        assertThat(((RunOutcome.Ran) outcome).outcome())
                .isInstanceOfSatisfying(
                        WaitOutcome.Completed.class,
                        done -> assertThat(done.result()).hasToString("{\"answer\":42}"));
        assertThat(Optional.of(outcome)).isPresent();
    }
}
