package mirrorneuron.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.CallOptions;
import mirrorneuron.api.Capabilities.Feature;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.Message;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Submission;
import mirrorneuron.api.Submission.Rejected.Reason;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.protocol.ext.ConsoleGrpc;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of the interface with a server that has the first eight calls and no other. */
@Timeout(60)
class OlderServerTest {

    private static final JobId JOB = JobId.of("j1");
    private static final JobId NOBODY = JobId.of("nobody");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MANIFEST = "{\"graph_id\":\"g\",\"nodes\":[]}";

    @TempDir Path folder;

    private final OlderServer server = new OlderServer();
    private Desk desk;
    private MirrorNeuron mn;
    private Jobs jobs;

    @BeforeEach
    void connect() throws IOException {
        desk = Desk.open(_ -> server.services());
        mn = MirrorNeuron.remote(desk.target()).connect();
        jobs = mn.jobs();
    }

    @AfterEach
    void close() {
        mn.close();
        desk.close();
    }

    private static JsonObject result(String text) {
        return JsonObject.of("payload", JsonObject.of("result", new JsonString(text)));
    }

    @Test
    void the_server_is_asked_once_what_it_understands() throws IOException {
        var silent = new ConsoleGrpc.ConsoleImplBase() {};
        try (var other =
                        Desk.open(
                                _ ->
                                        Stream.concat(server.services().stream(), Stream.of(silent))
                                                .toList());
                var connection = MirrorNeuron.remote(other.target()).connect()) {
            connection.ping();
            connection.monitor().listJobs(JobQuery.all());
            connection.with(CallOptions.none()).monitor().listJobs(JobQuery.all());
            assertThat(other.times("GetCapabilities")).isEqualTo(1);
            assertThat(other.times("ListJobs")).isEqualTo(2);
        }
        assertThat(mn.capabilities().features()).containsExactly(Feature.FLAT_JOBS);
    }

    @Test
    void a_bundle_is_submitted_whatever_its_form() throws IOException {
        var root = Files.createDirectories(folder.resolve("bundle"));
        Files.createDirectories(root.resolve("payloads/data"));
        Files.writeString(root.resolve("manifest.json"), MANIFEST);
        Files.writeString(root.resolve("payloads/data/a.txt"), "A");
        var flat = zip("flat.zip", "");
        var deep = zip("deep.zip", "bundle/");
        for (var source :
                List.of(
                        new BundleSource.Inline(
                                MANIFEST, Map.of("data/a.txt", "A".getBytes(UTF_8))),
                        BundleSource.folder(root),
                        BundleSource.zip(flat),
                        BundleSource.zip(deep))) {
            assertThat(jobs.submit(source, SubmitOptions.defaults()).orThrow()).isEqualTo(JOB);
        }
        assertThat(server.submitted)
                .hasSize(4)
                .allSatisfy(
                        request -> {
                            assertThat(request.getManifestJson()).isEqualTo(MANIFEST);
                            assertThat(request.getPayloadsMap()).containsOnlyKeys("data/a.txt");
                            assertThat(request.getPayloadsOrThrow("data/a.txt").toStringUtf8())
                                    .isEqualTo("A");
                        });
    }

    private Path zip(String name, String root) throws IOException {
        var file = folder.resolve(name);
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry :
                    Map.of("manifest.json", MANIFEST, "payloads/data/a.txt", "A").entrySet()) {
                out.putNextEntry(new ZipEntry(root + entry.getKey()));
                out.write(entry.getValue().getBytes(UTF_8));
                out.closeEntry();
            }
        }
        return file;
    }

    @Test
    void a_bundle_that_cannot_go_as_it_is_does_not_go() throws IOException {
        for (var source :
                List.of(
                        BundleSource.folder(folder.resolve("nowhere")),
                        BundleSource.zip(Files.writeString(folder.resolve("no.zip"), "text")))) {
            assertThatThrownBy(() -> jobs.submit(source, SubmitOptions.defaults()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("no");
        }
        var root = folder.resolve("configured");
        Files.createDirectories(root.resolve("config"));
        Files.writeString(root.resolve("manifest.json"), MANIFEST);
        Files.writeString(root.resolve("config/default.json"), "{}");
        assertThatThrownBy(() -> jobs.submit(BundleSource.folder(root), SubmitOptions.defaults()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("config/default.json");
        assertThat(server.submitted).isEmpty();
    }

    @Test
    void options_that_would_be_lost_are_refused() {
        assertThatThrownBy(
                        () ->
                                jobs.submit(
                                        BundleSource.manifest(MANIFEST),
                                        SubmitOptions.defaults().withIdempotencyKey("k")))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThat(server.submitted).isEmpty();
    }

    @Test
    void a_refusal_is_a_result_with_its_reason_and_issues() throws Exception {
        var reasons =
                Map.of(
                        "{}", Reason.INVALID_MANIFEST,
                        "{\"too-much\":1}", Reason.RESOURCE_OVERLOADED,
                        "{\"no-gpu\":1}", Reason.REQUIREMENTS_NOT_MET);
        for (var one : reasons.entrySet()) {
            var submission =
                    jobs.submit(BundleSource.manifest(one.getKey()), SubmitOptions.defaults());
            assertThat(submission)
                    .isInstanceOfSatisfying(
                            Submission.Rejected.class,
                            rejected -> {
                                assertThat(rejected.reason()).isEqualTo(one.getValue());
                                assertThat(rejected.issues()).hasSize(1);
                            });
        }
        assertThat(
                        ((Submission.Rejected)
                                        jobs.submit(
                                                BundleSource.manifest("{\"no-gpu\":1}"),
                                                SubmitOptions.defaults()))
                                .issues()
                                .getFirst()
                                .code())
                .isEqualTo("gpu");
        assertThat(jobs.run(BundleSource.manifest("{}"), SubmitOptions.defaults()))
                .isInstanceOf(RunOutcome.NotStarted.class);
    }

    @Test
    void a_wait_looks_until_the_job_has_ended_and_finds_its_result() throws Exception {
        server.job("j1", "running");
        assertThat(jobs.await(JOB, Duration.ZERO)).isInstanceOf(WaitOutcome.StillRunning.class);
        assertThat(jobs.await(NOBODY, SOON)).isEqualTo(new WaitOutcome.Unknown(NOBODY));
        var worker =
                Thread.startVirtualThread(
                        () -> {
                            while (desk.times("GetJob") < 4) {
                                Thread.onSpinWait();
                            }
                            server.event("j1", "job_completed", result("done"));
                            server.job("j1", "completed");
                        });
        assertThat(jobs.await(JOB, SOON))
                .isInstanceOfSatisfying(
                        WaitOutcome.Completed.class,
                        done -> assertThat(done.result()).isEqualTo(new JsonString("done")));
        worker.join();
        server.job("j2", "failed");
        assertThat(jobs.await(JobId.of("j2"), SOON)).isInstanceOf(WaitOutcome.Failed.class);
        server.job("j3", "cancelled");
        assertThat(jobs.await(JobId.of("j3"), SOON)).isInstanceOf(WaitOutcome.Cancelled.class);
    }

    @Test
    void events_are_numbered_by_their_place() {
        server.job("j1", "running");
        for (var type : List.of("a", "b", "a", "c")) {
            server.event("j1", type, JsonObject.empty());
        }
        var all = jobs.events(JOB, EventQuery.all());
        assertThat(all)
                .extracting(event -> event.sequence().orElse(0))
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(
                        jobs.events(
                                JOB,
                                new EventQuery(
                                        OptionalLong.of(2), OptionalInt.of(2), Set.of(), true)))
                .isEqualTo(List.of(all.get(3), all.get(2)));
        assertThat(
                        jobs.events(
                                JOB,
                                new EventQuery(
                                        OptionalLong.empty(),
                                        OptionalInt.empty(),
                                        Set.of("a"),
                                        false)))
                .isEqualTo(List.of(all.get(0), all.get(2)));
        assertThatThrownBy(() -> jobs.events(NOBODY, EventQuery.all()))
                .isInstanceOf(NoSuchJobException.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void following_asks_again_until_the_end_and_sees_each_event_once() throws Exception {
        server.job("j1", "running");
        server.event("j1", "a", JsonObject.empty());
        var seen = new ArrayList<RuntimeEvent>();
        try (var stream = jobs.follow(JOB, FollowOptions.fromStart())) {
            seen.add(stream.next(SOON).orElseThrow());
            assertThat(stream.next(Duration.ofMillis(10))).isEmpty();
            assertThat(stream.endReason()).isEqualTo(EndReason.OPEN);
            server.event("j1", "b", JsonObject.empty());
            seen.add(stream.next(SOON).orElseThrow());
            server.event("j1", "job_completed", result("done"));
            server.job("j1", "completed");
            stream.forEach(seen::add);
            assertThat(stream.endReason()).isEqualTo(EndReason.TERMINAL_EVENT);
        }
        assertThat(seen).extracting(RuntimeEvent::type).containsExactly("a", "b", "job_completed");
        try (var rest = jobs.follow(JOB, FollowOptions.after(3))) {
            assertThat(rest.next(SOON)).isEmpty();
            assertThat(rest.endReason()).isEqualTo(EndReason.TERMINAL_EVENT);
        }
        assertThat(jobs.awaitChange(JOB, 2, SOON)).isTrue();
        assertThat(jobs.awaitChange(JOB, 3, SOON)).isFalse();
        assertThatThrownBy(() -> jobs.follow(NOBODY, FollowOptions.fromStart()))
                .isInstanceOf(NoSuchJobException.class);
    }

    @Test
    void dead_letters_are_found_among_the_events() {
        server.job("j1", "running");
        server.event("j1", "a", JsonObject.empty());
        server.event(
                "j1",
                "dead_letter",
                JsonObject.builder()
                        .put("agent_id", "door")
                        .put("reason", "expired")
                        .put("message", JsonObject.of("body", new JsonString("x")))
                        .build());
        assertThat(jobs.deadLetters(JOB))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.index()).isZero();
                            assertThat(letter.eventIndex()).isEqualTo(1);
                            assertThat(letter.agentId()).isEqualTo(AgentId.of("door"));
                            assertThat(letter.reason()).isEqualTo("expired");
                            assertThat(letter.message().string("body")).contains("x");
                        });
    }

    @Test
    void control_says_what_can_be_known() {
        server.job("j1", "running");
        assertThat(jobs.pause(JOB)).isEqualTo(new ControlResult.Applied(JOB, JobStatus.PAUSED));
        assertThat(jobs.resume(JOB)).isEqualTo(new ControlResult.Applied(JOB, JobStatus.RUNNING));
        assertThat(jobs.cancel(JOB)).isEqualTo(new ControlResult.Applied(JOB, JobStatus.CANCELLED));
        assertThat(jobs.pause(JOB))
                .isEqualTo(new ControlResult.Refused(JOB, JobStatus.CANCELLED, "job is cancelled"));
        assertThat(jobs.cancel(NOBODY)).isEqualTo(new ControlResult.NotFound(NOBODY));
        var far = JobId.of("far");
        server.job("far", "running");
        assertThat(jobs.cancel(far)).isEqualTo(new ControlResult.Pending(far, List.of()));
    }

    @Test
    void lists_and_counts_are_made_of_the_whole_list() {
        server.job("j1", "running");
        server.job("j2", "completed");
        server.job("j3", "paused");
        var monitor = mn.monitor();
        assertThat(monitor.listJobs(JobQuery.all())).hasSize(3);
        assertThat(monitor.countJobs(JobQuery.unfinished())).isEqualTo(2);
        assertThat(monitor.listJobs(JobQuery.all().withOffset(1).withLimit(1)))
                .singleElement()
                .satisfies(job -> assertThat(job.jobId()).isEqualTo(JobId.of("j2")));
        assertThat(monitor.listJobs(JobQuery.all().withStatuses(Set.of(JobStatus.PAUSED))))
                .hasSize(1);
        assertThat(monitor.jobDetails(NOBODY)).isEmpty();
        server.event("j1", "a", JsonObject.empty());
        server.event("j1", "b", JsonObject.empty());
        var details = monitor.jobDetails(JOB, 1).orElseThrow();
        assertThat(details.recentEvents()).extracting(RuntimeEvent::type).containsExactly("b");
        assertThat(details.truncated()).isTrue();
        assertThat(monitor.clusterOverview(JobQuery.all()).nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.name()).hasToString("a@host"));
        assertThat(mn.cluster().nodes()).hasSize(1);
        assertThat(monitor.metrics().byStatus())
                .isEqualTo(Map.of(JobStatus.RUNNING, 2L, JobStatus.UNKNOWN, 1L));
    }

    @Test
    void what_the_server_has_no_call_for_is_unsupported() {
        server.job("j1", "running");
        var door = AgentId.of("door");
        var calls = new LinkedHashMap<String, ThrowingCallable>();
        calls.put("validate", () -> jobs.validate(BundleSource.manifest(MANIFEST)));
        calls.put("preview", () -> jobs.preview(BundleSource.manifest(MANIFEST)));
        calls.put("inspect", () -> jobs.inspect(JOB));
        calls.put("agents", () -> jobs.agents(JOB));
        calls.put("send", () -> jobs.send(JOB, door, Message.of("go", JsonObject.empty())));
        calls.put("replay", () -> jobs.replay(JOB, 0));
        calls.put("forced replay", () -> jobs.replay(JOB, 0, true));
        calls.put("pause now", () -> jobs.pause(JOB, PauseOptions.now("why")));
        calls.put("humanRequests", () -> jobs.humanRequests(JOB));
        calls.put(
                "respond", () -> jobs.respond(JOB, "r", new HumanDecision("d", "approve", "", "")));
        calls.put("cleanup", () -> jobs.cleanup(false));
        calls.put("explain", () -> mn.monitor().explain(JOB));
        calls.put("explain agent", () -> mn.monitor().explain(JOB, door));
        calls.put("explainStep", () -> mn.monitor().explainStep(JOB, "s"));
        calls.put("explainAll", () -> mn.monitor().explainAll(JOB, 1));
        calls.put("graph", () -> mn.monitor().graph(JOB));
        calls.put("progress", () -> mn.monitor().workflowProgress(JOB));
        calls.put("resources", () -> mn.resources().get());
        calls.put("rebuild", () -> mn.runFiles().rebuild("run"));
        calls.forEach(
                (name, call) ->
                        assertThatThrownBy(call)
                                .as(name)
                                .isInstanceOf(UnsupportedFeatureException.class));
    }
}
