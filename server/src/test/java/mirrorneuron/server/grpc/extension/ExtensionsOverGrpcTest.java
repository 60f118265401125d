package mirrorneuron.server.grpc.extension;

import static mirrorneuron.server.grpc.Client.json;
import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.InspectAgentsRequest;
import mirrorneuron.protocol.ext.InspectJobRequest;
import mirrorneuron.protocol.ext.ListDeadLettersRequest;
import mirrorneuron.protocol.ext.ListEventsRequest;
import mirrorneuron.protocol.ext.ReloadBundleRequest;
import mirrorneuron.protocol.ext.ReplayDeadLetterRequest;
import mirrorneuron.protocol.ext.SendMessageRequest;
import mirrorneuron.protocol.ext.ValidateBundleRequest;
import mirrorneuron.protocol.ext.WaitForJobRequest;
import mirrorneuron.protocol.job.CancelJobRequest;
import mirrorneuron.protocol.job.PauseJobRequest;
import mirrorneuron.protocol.job.ResumeJobRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What remote programs need, over gRPC. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExtensionsOverGrpcTest {

    private Served mn;
    private Client client;
    private Path bundles;

    @BeforeAll
    void serve(@TempDir Path folder) throws IOException {
        bundles = folder.resolve("bundles");
        Files.createDirectories(bundles.resolve("known/payloads"));
        Files.writeString(bundles.resolve("known/manifest.json"), Served.idle().toString());
        mn = Served.at(folder.resolve("home"), Map.of("MN_BUNDLES_DIR", bundles.toString()));
        client = Client.of(mn);
    }

    @AfterAll
    void stop() {
        client.close();
        mn.close();
    }

    private String completed() {
        var job = client.submit(Served.smallest(), Map.of("work.sh", "echo hello\n"));
        mn.awaitStatus(job, "completed");
        return job;
    }

    private String idle() {
        var job = client.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        return job;
    }

    @Test
    void a_whole_job_is_inspected_with_its_result() {
        var job = completed();
        var record =
                json(
                        client.extensions()
                                .inspectJob(InspectJobRequest.newBuilder().setJobId(job).build())
                                .getResultJson());
        assertThat(record.string("job_id")).contains(job);
        assertThat(record.has("result")).isTrue();
        assertThat(
                        refused(
                                        () ->
                                                client.extensions()
                                                        .inspectJob(
                                                                InspectJobRequest.newBuilder()
                                                                        .setJobId("nobody")
                                                                        .build()))
                                .status())
                .isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void a_failure_is_the_same_in_the_record_the_wait_and_the_event_that_tells_of_it() {
        var job = client.submit(Served.smallest(), Map.of("work.sh", "echo bad >&2; exit 4\n"));
        mn.awaitStatus(job, "failed");
        var waited =
                json(
                        client.extensions()
                                .waitForJob(WaitForJobRequest.newBuilder().setJobId(job).build())
                                .getResultJson());
        var record =
                json(
                        client.extensions()
                                .inspectJob(InspectJobRequest.newBuilder().setJobId(job).build())
                                .getResultJson());
        var events =
                json(
                        client.extensions()
                                .listEvents(
                                        ListEventsRequest.newBuilder()
                                                .setJobId(job)
                                                .addTypes("job_failed")
                                                .build())
                                .getResultJson());
        var event = Served.objects(events, "data").getFirst();
        var failure = record.object("failure");
        assertThat(failure.string("severity")).contains("ERROR");
        assertThat(failure.string("event_id")).isEqualTo(event.string("event_id"));
        assertThat(failure.string("trace_id")).isEqualTo(record.string("trace_id"));
        assertThat(failure.array("links").size()).isEqualTo(3);
        var details = failure.object("details");
        assertThat(details.string("category")).contains("runtime");
        assertThat(details.integer("exit_code")).hasValue(4);
        assertThat(waited.object("failure")).isEqualTo(failure);
        assertThat(event.object("failure")).isEqualTo(failure);
        assertThat(event.object("payload").object("failure")).isEqualTo(failure);
    }

    @Test
    void a_refused_call_says_why_in_the_form_of_every_failure() {
        var refused =
                refused(
                        () ->
                                client.extensions()
                                        .inspectJob(
                                                InspectJobRequest.newBuilder()
                                                        .setJobId("nobody")
                                                        .build()));
        var error = refused.error();
        assertThat(error.string("severity")).contains("ERROR");
        assertThat(error.has("event_id")).as("no event tells of it").isFalse();
        assertThat(error.array("links").size()).isEqualTo(3);
        assertThat(error.object("details").string("category")).contains("validation");
        assertThat(error.object("details").string("reason_type")).contains("job_not_found");
    }

    @Test
    void agents_come_with_what_they_keep() {
        var agents =
                json(
                        client.extensions()
                                .inspectAgents(
                                        InspectAgentsRequest.newBuilder()
                                                .setJobId(completed())
                                                .build())
                                .getResultJson());
        assertThat(Served.objects(agents, "data"))
                .hasSize(3)
                .allSatisfy(
                        agent -> {
                            assertThat(agent.has("current_state")).isTrue();
                            assertThat(agent.has("metadata")).isTrue();
                        });
        assertThat(
                        refused(
                                        () ->
                                                client.extensions()
                                                        .inspectAgents(
                                                                InspectAgentsRequest.newBuilder()
                                                                        .setJobId("nobody")
                                                                        .build()))
                                .status())
                .isEqualTo(Code.NOT_FOUND);
    }

    private JsonObject page(ListEventsRequest.Builder request) {
        return json(client.extensions().listEvents(request.build()).getResultJson());
    }

    private static List<Long> sequences(JsonObject page) {
        return Served.objects(page, "data").stream()
                .map(event -> event.integer("sequence").orElse(0))
                .toList();
    }

    @Test
    void events_have_pages_in_both_directions_and_by_type() {
        var job = completed();
        var whole = page(ListEventsRequest.newBuilder().setJobId(job).setLimit(1_000));
        long total = whole.integer("total").orElse(0);
        assertThat(sequences(whole)).hasSize((int) total).startsWith(1L, 2L, 3L).endsWith(total);
        assertThat(whole.integer("next_offset")).hasValue(total);

        var second = page(ListEventsRequest.newBuilder().setJobId(job).setOffset(2).setLimit(3));
        assertThat(sequences(second)).containsExactly(3L, 4L, 5L);
        assertThat(second.integer("next_offset")).hasValue(5);
        assertThat(second.integer("total")).hasValue(total);

        var newest =
                page(
                        ListEventsRequest.newBuilder()
                                .setJobId(job)
                                .setOffset(1)
                                .setLimit(2)
                                .setDescending(true));
        assertThat(sequences(newest)).containsExactly(total - 1, total - 2);

        var typed =
                page(
                        ListEventsRequest.newBuilder()
                                .setJobId(job)
                                .addTypes("job_completed")
                                .addTypes("nothing"));
        assertThat(typed.integer("total")).hasValue(1);
        assertThat(sequences(typed)).containsExactly(total);
        assertThat(
                        sequences(
                                page(
                                        ListEventsRequest.newBuilder()
                                                .setJobId(job)
                                                .setOffset(total + 9))))
                .isEmpty();
        assertThat(
                        refused(
                                        () ->
                                                page(
                                                        ListEventsRequest.newBuilder()
                                                                .setJobId(job)
                                                                .setOffset(-1)))
                                .status())
                .isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused(() -> page(ListEventsRequest.newBuilder().setJobId("nobody"))).status())
                .isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void the_end_of_a_job_is_waited_for() {
        var job = idle();
        var waiting =
                CompletableFuture.supplyAsync(
                        () ->
                                json(
                                        client.extensions()
                                                .waitForJob(
                                                        WaitForJobRequest.newBuilder()
                                                                .setJobId(job)
                                                                .build())
                                                .getResultJson()));
        await().until(() -> mn.server().grpc().waitingCalls() == 1);
        client.jobs().cancelJob(CancelJobRequest.newBuilder().setJobId(job).build());
        assertThat(waiting.join().string("status")).contains("cancelled");
    }

    @Test
    void a_wait_ends_at_its_limit_or_deadline_and_the_job_goes_on() throws IOException {
        var job = idle();
        var limited = WaitForJobRequest.newBuilder().setJobId(job).setTimeoutMs(50).build();
        var refusal = refused(() -> client.extensions().waitForJob(limited));
        assertThat(refusal.status()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(refusal.message()).contains(job).contains("50 ms").contains("running");
        var open = WaitForJobRequest.newBuilder().setJobId(job).build();
        assertThat(
                        refused(
                                        () ->
                                                client.extensions()
                                                        .withDeadlineAfter(
                                                                200, TimeUnit.MILLISECONDS)
                                                        .waitForJob(open))
                                .status())
                .isEqualTo(Code.DEADLINE_EXCEEDED);
        await().atMost(Duration.ofSeconds(10)).until(() -> mn.server().grpc().waitingCalls() == 0);
        assertThat(mn.status(job)).isEqualTo("running");
        var unknown = WaitForJobRequest.newBuilder().setJobId("nobody").build();
        assertThat(refused(() -> client.extensions().waitForJob(unknown)).status())
                .isEqualTo(Code.NOT_FOUND);
    }

    private JsonObject send(String job, String agent, String message) {
        return json(
                client.extensions()
                        .sendMessage(
                                SendMessageRequest.newBuilder()
                                        .setJobId(job)
                                        .setAgentId(agent)
                                        .setMessageJson(message)
                                        .build())
                        .getResultJson());
    }

    @Test
    void a_message_reaches_its_agent_once() {
        var job = idle();
        var message = "{\"type\":\"tick\",\"message_id\":\"m-1\",\"body\":{\"n\":1}}";
        var sent = send(job, "router", message);
        assertThat(sent.string("status")).contains("delivered");
        assertThat(sent.string("message_id")).contains("m-1");
        assertThat(send(job, "router", message).string("message_id")).contains("m-1");
        assertThat(refused(() -> send(job, "router", message.replace("1}", "2}"))).status())
                .isEqualTo(Code.ALREADY_EXISTS);
    }

    @Test
    void a_message_that_cannot_be_sent_says_why() {
        var job = idle();
        assertThat(refused(() -> send(job, "router", "[]")).status())
                .isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused(() -> send(job, "", "{}")).status()).isEqualTo(Code.INVALID_ARGUMENT);
        var agent = refused(() -> send(job, "nobody", "{\"type\":\"x\"}"));
        assertThat(agent.status()).isEqualTo(Code.NOT_FOUND);
        assertThat(agent.error().string("code")).contains("agent_not_found");
        assertThat(refused(() -> send("nobody", "router", "{\"type\":\"x\"}")).status())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(refused(() -> send(completed(), "worker", "{\"type\":\"x\"}")).status())
                .isEqualTo(Code.NOT_FOUND);
    }

    private JsonObject letters(String job) {
        return json(
                client.extensions()
                        .listDeadLetters(ListDeadLettersRequest.newBuilder().setJobId(job).build())
                        .getResultJson());
    }

    private JsonObject replay(String job, int index) {
        return json(
                client.extensions()
                        .replayDeadLetter(
                                ReplayDeadLetterRequest.newBuilder()
                                        .setJobId(job)
                                        .setIndex(index)
                                        .build())
                        .getResultJson());
    }

    @Test
    void dead_letters_are_listed_and_one_is_replayed_while_its_job_runs() {
        var job = idle();
        client.jobs().pauseJob(PauseJobRequest.newBuilder().setJobId(job).build());
        send(job, "router", "{\"envelope\":{\"type\":\"tick\",\"ttl_ms\":1},\"body\":{}}");
        long sentAt = System.currentTimeMillis();
        await().until(() -> System.currentTimeMillis() > sentAt + 1);
        client.jobs().resumeJob(ResumeJobRequest.newBuilder().setJobId(job).build());
        await().atMost(Duration.ofSeconds(10)).until(() -> !letters(job).array("data").isEmpty());
        var letter = Served.objects(letters(job), "data").getFirst();
        assertThat(letters(job).string("job_id")).contains(job);
        assertThat(letter.integer("index")).hasValue(0);
        assertThat(letter.string("agent_id")).contains("router");
        assertThat(letter.object("message").has("envelope")).isTrue();

        var replayed = replay(job, 0);
        assertThat(replayed.bool("replayed")).contains(true);
        assertThat(replayed.string("agent_id")).contains("router");
        assertThat(replayed.integer("index")).hasValue(0);
        var twice = refused(() -> replay(job, 0));
        assertThat(twice.status()).isEqualTo(Code.FAILED_PRECONDITION);
        var bad = refused(() -> replay(job, 99));
        assertThat(bad.status()).isEqualTo(Code.NOT_FOUND);
        assertThat(bad.error().string("code")).contains("dead_letter_not_found");
        assertThat(refused(() -> replay("nobody", 0)).status()).isEqualTo(Code.NOT_FOUND);
        assertThat(refused(() -> letters("nobody")).status()).isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void a_letter_of_a_job_that_is_over_is_not_replayed() {
        var job = client.submit(Served.smallest(), Map.of("work.sh", "exit 3\n"));
        mn.awaitStatus(job, "failed");
        var refusal = refused(() -> replay(job, 0));
        assertThat(refusal.status()).isEqualTo(Code.FAILED_PRECONDITION);
    }

    @Test
    void what_is_wrong_with_a_bundle_stands_in_the_answer() {
        var good =
                json(
                        client.extensions()
                                .validateBundle(
                                        ValidateBundleRequest.newBuilder()
                                                .setManifestJson(Served.smallest().toString())
                                                .putPayloads(
                                                        "work.sh", ByteString.copyFromUtf8("true"))
                                                .build())
                                .getResultJson());
        assertThat(good.string("version")).contains("validation.report/v1");
        assertThat(good.bool("ok")).contains(true);
        var bad =
                json(
                        client.extensions()
                                .validateBundle(
                                        ValidateBundleRequest.newBuilder()
                                                .setManifestJson("{\"graph_id\":\"x\"}")
                                                .build())
                                .getResultJson());
        assertThat(bad.bool("ok")).contains(false);
        assertThat(bad.integer("error_count").orElse(0)).isPositive();
        assertThat(bad.array("issues").isEmpty()).isFalse();
        assertThat(
                        refused(
                                        () ->
                                                client.extensions()
                                                        .validateBundle(
                                                                ValidateBundleRequest.newBuilder()
                                                                        .setManifestJson("no")
                                                                        .build()))
                                .status())
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    private JsonObject reload(String bundle) {
        return json(
                client.extensions()
                        .reloadBundle(ReloadBundleRequest.newBuilder().setBundleId(bundle).build())
                        .getResultJson());
    }

    @Test
    void a_bundle_is_read_again_from_its_folder() throws IOException {
        assertThat(reload("simple").bool("changed")).contains(false);
        Files.writeString(bundles.resolve("known/payloads/more.txt"), "more");
        var changed = reload("simple");
        assertThat(changed.bool("changed")).contains(true);
        assertThat(changed.bool("reloaded")).contains(true);
        assertThat(changed.string("current_fingerprint"))
                .isNotEqualTo(changed.string("previous_fingerprint"));
        assertThat(refused(() -> reload("unknown")).status()).isEqualTo(Code.NOT_FOUND);
        assertThat(refused(() -> reload("")).status()).isEqualTo(Code.INVALID_ARGUMENT);
        Files.writeString(bundles.resolve("known/manifest.json"), "{");
        assertThat(refused(() -> reload("simple")).status()).isEqualTo(Code.INVALID_ARGUMENT);
    }
}
