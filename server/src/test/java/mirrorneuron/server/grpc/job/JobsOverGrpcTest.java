package mirrorneuron.server.grpc.job;

import static mirrorneuron.server.grpc.Client.json;
import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.job.CancelAllJobsRequest;
import mirrorneuron.protocol.job.CancelJobRequest;
import mirrorneuron.protocol.job.ClearJobsRequest;
import mirrorneuron.protocol.job.GetJobRequest;
import mirrorneuron.protocol.job.ListJobsRequest;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.protocol.job.ResumeJobRequest;
import mirrorneuron.protocol.job.SubmitJobRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs over gRPC: what each call gives, and what it is refused with. */
class JobsOverGrpcTest {

    private Served mn;
    private Client client;

    @BeforeEach
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
        client = Client.of(mn);
    }

    @AfterEach
    void stop() {
        client.close();
        mn.close();
    }

    private JsonObject get(String job) {
        return json(
                client.jobs()
                        .getJob(GetJobRequest.newBuilder().setJobId(job).build())
                        .getJobJson());
    }

    private String idle() {
        var job = client.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        return job;
    }

    private String completed() {
        var job = client.submit(Served.smallest(), Map.of("work.sh", "echo hello\n"));
        mn.awaitStatus(job, "completed");
        return job;
    }

    private static CancelJobRequest cancel(String job) {
        return CancelJobRequest.newBuilder().setJobId(job).build();
    }

    @Test
    void a_workflow_with_files_is_submitted_runs_and_is_read_in_brief() {
        var answer =
                client.jobs()
                        .submitJob(
                                SubmitJobRequest.newBuilder()
                                        .setManifestJson(Served.smallest().toString())
                                        .putPayloads(
                                                "work.sh", ByteString.copyFromUtf8("echo hi\n"))
                                        .setVersion(7)
                                        .build());
        assertThat(answer.getStatus()).isEqualTo("pending");
        assertThat(answer.getVersion()).isEqualTo(1);
        mn.awaitStatus(answer.getJobId(), "completed");

        var job = get(answer.getJobId());
        assertThat(job.names())
                .containsExactlyInAnyOrder(
                        "job", "summary", "agents", "recent_events", "sandboxes", "version");
        assertThat(job.object("job").names()).doesNotContain("manifest", "result");
        assertThat(job.object("job").string("status")).contains("completed");
        assertThat(job.object("job").string("completed_at"))
                .isPresent()
                .isEqualTo(job.object("job").string("finished_at"));
        var topology = job.object("job").object("runtime_topology");
        assertThat(topology.array("nodes").size()).isEqualTo(3);
        assertThat(topology.array("edges").size()).isEqualTo(2);
        assertThat(job.object("summary").string("job_id")).contains(answer.getJobId());
        assertThat(job.object("summary").string("requested_recovery_policy"))
                .contains("local_restart");
        assertThat(job.object("summary").object("restart_policy").string("mode")).contains("fail");
        assertThat(job.object("summary").object("reschedule_policy").integer("attempts"))
                .hasValue(0);
        assertThat(job.array("agents").size()).isEqualTo(3);
        var newest = (JsonObject) job.array("recent_events").get(0);
        assertThat(newest.string("type")).contains("job_completed");
        assertThat(newest.integer("sequence").orElse(0)).isPositive();
        assertThat(newest.integer("version")).hasValue(1);
        assertThat(job.integer("version")).hasValue(1);
    }

    @Test
    void text_that_is_no_manifest_is_told_from_a_manifest_that_does_not_hold() {
        for (var text : List.of("", "{", "[]", "7")) {
            var refusal =
                    refused(
                            () ->
                                    client.jobs()
                                            .submitJob(
                                                    SubmitJobRequest.newBuilder()
                                                            .setManifestJson(text)
                                                            .build()));
            assertThat(refusal.status()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(refusal.message()).startsWith("manifest_json: ");
            assertThat(refusal.error().string("code")).contains("request.invalid");
        }
        var refusal = refused(() -> client.submit(json("{\"graph_id\":\"x\"}"), Map.of()));
        assertThat(refusal.status()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refusal.error().string("schema_version")).contains("mn.error.v1");
        assertThat(refusal.error().object("details").object("validation").string("version"))
                .contains("validation.report/v1");
    }

    @Test
    void a_file_beside_the_bundle_is_refused() {
        for (var path : List.of("../out.sh", "/etc/passwd", "")) {
            var refusal =
                    refused(() -> client.submit(Served.smallest(), Map.of(path, "echo hello\n")));
            assertThat(refusal.status()).as(path).isEqualTo(Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void what_the_machine_lacks_and_inputs_that_do_not_fit_have_their_prefixes() {
        var greedy = refused(() -> client.submit(Served.greedy(), Map.of()));
        assertThat(greedy.status()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(greedy.message()).startsWith("requirements_not_met: ");
        assertThat(greedy.error().string("code")).contains("requirements_not_met");

        var choosy = refused(() -> client.submit(Served.choosy(), Map.of()));
        assertThat(choosy.status()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(choosy.message()).startsWith("input_validation_failed: ");
        var report = json(choosy.message().substring("input_validation_failed: ".length()));
        assertThat(report.string("version")).contains("validation.report/v1");
    }

    @Test
    void a_key_makes_a_job_once_and_is_refused_for_another() {
        var keyed = client.with("idempotency-key", "k-1");
        var first = keyed.submit(Served.idle(), Map.of());
        assertThat(keyed.submit(Served.idle(), Map.of())).isEqualTo(first);
        var refusal = refused(() -> keyed.submit(Served.smallest(), Map.of("work.sh", "x")));
        assertThat(refusal.status()).isEqualTo(Code.ALREADY_EXISTS);
    }

    @Test
    void an_unknown_job_is_empty_and_not_found_for_the_strict() {
        var request = GetJobRequest.newBuilder().setJobId("nobody").build();
        assertThat(client.jobs().getJob(request).getJobJson()).isEqualTo("{\"version\":1}");
        var refusal = refused(() -> client.with("x-mn-strict", "1").jobs().getJob(request));
        assertThat(refusal.status()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal.error().string("code")).contains("job_not_found");
        assertThat(refused(() -> client.jobs().getJob(GetJobRequest.getDefaultInstance())).status())
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void strict_is_on_when_it_says_so_and_off_with_every_other_value() {
        var request = GetJobRequest.newBuilder().setJobId("nobody").build();
        for (var on : List.of("1", "true", "TRUE")) {
            assertThat(
                            refused(() -> client.with("x-mn-strict", on).jobs().getJob(request))
                                    .status())
                    .as(on)
                    .isEqualTo(Code.NOT_FOUND);
        }
        for (var off : List.of("0", "", "false", "no", "2")) {
            assertThat(client.with("x-mn-strict", off).jobs().getJob(request).getJobJson())
                    .as(off)
                    .isEqualTo("{\"version\":1}");
        }
    }

    @Test
    void lists_have_a_length_and_leave_out_what_has_ended_unless_asked() {
        var ended = completed();
        var going = idle();
        assertThat(listed(ListJobsRequest.newBuilder())).containsExactly(going);
        assertThat(listed(ListJobsRequest.newBuilder().setLimit(-1).setIncludeTerminal(true)))
                .containsExactly(going, ended);
        assertThat(
                        listed(
                                ListJobsRequest.newBuilder()
                                        .setLimit(Integer.MAX_VALUE)
                                        .setIncludeTerminal(true)))
                .containsExactly(going, ended);
        assertThat(listed(ListJobsRequest.newBuilder().setLimit(1).setIncludeTerminal(true)))
                .containsExactly(going);
    }

    private List<String> listed(ListJobsRequest.Builder request) {
        var list = json(client.jobs().listJobs(request.build()).getJobsJson());
        assertThat(list.integer("version")).hasValue(1);
        return Served.objects(list, "data").stream()
                .map(job -> job.string("job_id").orElse(""))
                .toList();
    }

    @Test
    void a_job_is_paused_resumed_and_cancelled_and_doing_it_again_changes_nothing() {
        var job = idle();
        var pause = PauseJobRequest.newBuilder().setJobId(job).build();
        var resume = ResumeJobRequest.newBuilder().setJobId(job).build();
        assertThat(client.jobs().pauseJob(pause).getStatus()).isEqualTo("paused");
        assertThat(client.jobs().pauseJob(pause).getStatus()).isEqualTo("paused");
        assertThat(client.jobs().resumeJob(resume).getStatus()).isEqualTo("running");
        assertThat(client.jobs().resumeJob(resume).getStatus()).isEqualTo("running");
        assertThat(client.jobs().cancelJob(cancel(job)).getStatus()).isEqualTo("cancelled");
        var again = client.jobs().cancelJob(cancel(job));
        assertThat(again.getStatus()).isEqualTo("cancelled");
        assertThat(again.getJobId()).isEqualTo(job);
        assertThat(again.getVersion()).isEqualTo(1);

        var refusal = refused(() -> client.jobs().pauseJob(pause));
        assertThat(refusal.status()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(refusal.error().string("code")).contains("job_terminal");
        assertThat(refused(() -> client.jobs().resumeJob(resume)).status())
                .isEqualTo(Code.FAILED_PRECONDITION);
    }

    @Test
    void a_completed_job_is_not_cancelled_and_says_so() {
        var job = completed();
        var refusal = refused(() -> client.jobs().cancelJob(cancel(job)));
        assertThat(refusal.status()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(refusal.message()).contains("completed");
    }

    @Test
    void controls_of_an_unknown_job_find_nothing() {
        assertThat(refused(() -> client.jobs().cancelJob(cancel("nobody"))).status())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(
                        refused(
                                        () ->
                                                client.jobs()
                                                        .pauseJob(
                                                                PauseJobRequest.newBuilder()
                                                                        .setJobId("nobody")
                                                                        .build()))
                                .status())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(
                        refused(
                                        () ->
                                                client.jobs()
                                                        .resumeJob(
                                                                ResumeJobRequest.newBuilder()
                                                                        .setJobId("nobody")
                                                                        .build()))
                                .status())
                .isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void all_jobs_are_cancelled_then_cleared() {
        var first = idle();
        var second = idle();
        var ended = completed();
        var cancelled =
                json(
                        client.jobs()
                                .cancelAllJobs(CancelAllJobsRequest.getDefaultInstance())
                                .getResultJson());
        assertThat(cancelled.integer("cancelled_count")).hasValue(2);
        assertThat(cancelled.integer("pending_count")).hasValue(0);
        assertThat(cancelled.integer("failed_count")).hasValue(0);
        assertThat(cancelled.string("operation_id").orElse("")).startsWith("op-");
        assertThat(Served.objects(cancelled, "results"))
                .extracting(result -> result.string("job_id").orElse(""))
                .containsExactlyInAnyOrder(first, second);
        assertThat(Served.objects(cancelled, "results"))
                .allSatisfy(result -> assertThat(result.string("status")).contains("cancelled"));

        var left = idle();
        var request = ClearJobsRequest.getDefaultInstance();
        assertThat(client.jobs().clearJobs(request).getClearedCount()).isEqualTo(3);
        assertThat(client.jobs().clearJobs(request).getClearedCount()).isZero();
        assertThat(get(ended).names()).containsExactly("version");
        assertThat(get(left).object("job").string("status")).contains("running");
    }

    @Test
    void a_large_text_is_cut_and_a_list_ends() {
        var job =
                client.submit(
                        Served.smallest(),
                        Map.of("work.sh", "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1\n"));
        mn.awaitStatus(job, "failed");
        assertThat(get(job).toString().length()).isLessThan(Bounds.DOCUMENT_BYTES_MAX);
    }
}
