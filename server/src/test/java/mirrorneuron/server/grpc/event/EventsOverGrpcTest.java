package mirrorneuron.server.grpc.event;

import static mirrorneuron.server.grpc.Client.documents;
import static mirrorneuron.server.grpc.Client.json;
import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.SendMessageRequest;
import mirrorneuron.protocol.job.CancelJobRequest;
import mirrorneuron.protocol.observability.EventResponse;
import mirrorneuron.protocol.observability.ObservabilityServiceGrpc;
import mirrorneuron.protocol.observability.StreamEventsRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events over gRPC: what they hold, when they end, and who may be slow. */
class EventsOverGrpcTest {

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

    private void send(String job, int count) {
        for (int i = 0; i < count; i++) {
            client.extensions()
                    .sendMessage(
                            SendMessageRequest.newBuilder()
                                    .setJobId(job)
                                    .setAgentId("router")
                                    .setMessageJson(
                                            "{\"type\":\"tick\",\"body\":{\"n\":" + i + "}}")
                                    .build());
        }
    }

    private void cancel(String job) {
        client.jobs().cancelJob(CancelJobRequest.newBuilder().setJobId(job).build());
    }

    private List<JsonObject> all(StreamEventsRequest.Builder request) {
        return documents(
                client.events().streamEvents(request.build()), EventResponse::getEventJson);
    }

    private static StreamEventsRequest.Builder of(String job) {
        return StreamEventsRequest.newBuilder().setJobId(job);
    }

    private static void gapless(List<JsonObject> events, long first) {
        assertThat(events.stream().map(event -> event.integer("sequence").orElse(0)))
                .containsExactlyElementsOf(
                        LongStream.range(first, first + events.size()).boxed().toList());
    }

    @Test
    void what_is_stored_comes_oldest_first_and_the_stream_ends() {
        var events = all(of(completed()));
        gapless(events, 1);
        assertThat(events.getLast().string("type")).contains("job_completed");
        assertThat(events)
                .allSatisfy(
                        event -> {
                            assertThat(event.integer("version")).hasValue(1);
                            assertThat(event.string("event_id")).isPresent();
                            assertThat(event.string("timestamp").orElse("")).endsWith("Z");
                        });
    }

    @Test
    void a_limit_leaves_the_last_ones() {
        var job = completed();
        var every = all(of(job));
        var last = all(of(job).setLimit(3));
        assertThat(last).isEqualTo(every.subList(every.size() - 3, every.size()));
        assertThat(all(of(job).setLimit(100_000))).isEqualTo(every);
        assertThat(all(of(job).setLimit(1).setFollow(true))).hasSize(1);
    }

    @Test
    void a_stream_that_does_not_follow_ends_while_the_job_goes_on() {
        var job = idle();
        gapless(all(of(job)), 1);
        cancel(job);
    }

    @Test
    void a_follower_gets_every_event_once_while_many_are_appended_and_ends_with_the_job() {
        var job = idle();
        var read = CompletableFuture.supplyAsync(() -> all(of(job).setFollow(true)));
        send(job, 300);
        cancel(job);
        var events = read.join();
        gapless(events, 1);
        assertThat(events).hasSizeGreaterThan(300);
        assertThat(events.getLast().string("type")).contains("job_cancelled");
    }

    @Test
    void a_silent_stream_gives_signs_of_life_that_are_stored_nowhere() {
        var job = idle();
        var stream =
                client.events()
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .streamEvents(of(job).setFollow(true).setHeartbeatIntervalMs(100).build());
        var beats = 0;
        while (beats < 2) {
            var event = json(stream.next().getEventJson());
            if (event.string("type").orElse("").equals("stream_heartbeat")) {
                assertThat(event.string("job_id")).contains(job);
                assertThat(event.string("timestamp")).isPresent();
                beats++;
            }
        }
        cancel(job);
        assertThat(all(of(job)))
                .noneSatisfy(
                        event -> assertThat(event.string("type")).contains("stream_heartbeat"));
    }

    @Test
    void an_unknown_job_has_an_empty_stream_and_is_not_found_for_the_strict() {
        assertThat(all(of("nobody").setFollow(true))).isEmpty();
        assertThat(all(of("__cluster__"))).isEmpty();
        assertThat(
                        refused(
                                        () ->
                                                client.with("x-mn-strict", "1")
                                                        .events()
                                                        .streamEvents(of("nobody").build())
                                                        .hasNext())
                                .status())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(refused(() -> client.events().streamEvents(of("").build()).hasNext()).status())
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void a_dead_letter_comes_with_its_whole_message() {
        var job =
                client.submit(
                        Served.smallest()
                                .with("graph_id", new mirrorneuron.api.json.JsonString("d")),
                        Map.of("work.sh", "exit 3\n"));
        mn.awaitStatus(job, "failed");
        var letters =
                all(of(job)).stream()
                        .filter(event -> event.string("type").orElse("").equals("dead_letter"))
                        .toList();
        assertThat(letters)
                .isNotEmpty()
                .allSatisfy(
                        letter -> {
                            assertThat(letter.string("agent_id")).contains("worker");
                            assertThat(letter.string("reason")).isPresent();
                            assertThat(letter.object("message").object("envelope").names())
                                    .contains("message_id");
                            assertThat(letter.object("message").has("body")).isTrue();
                        });
    }

    @Test
    void a_reader_that_goes_away_leaves_nothing_open() {
        var job = idle();
        var context = Context.current().withCancellation();
        context.run(
                () -> {
                    var stream = client.events().streamEvents(of(job).setFollow(true).build());
                    assertThat(stream.hasNext()).isTrue();
                    assertThat(mn.server().grpc().waitingCalls()).isEqualTo(1);
                });
        context.cancel(null);
        awaitNobody();
        cancel(job);
    }

    @Test
    void a_deadline_ends_a_stream() {
        var job = idle();
        var stream =
                client.events()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .streamEvents(of(job).setFollow(true).build());
        assertThat(refused(() -> stream.forEachRemaining(_ -> {})).status())
                .isEqualTo(Code.DEADLINE_EXCEEDED);
        awaitNobody();
        assertThat(mn.server().runtime().jobs().inspect(mirrorneuron.api.JobId.of(job)))
                .isPresent();
        cancel(job);
    }

    private void awaitNobody() {
        await().atMost(Duration.ofSeconds(10)).until(() -> mn.server().grpc().waitingCalls() == 0);
    }

    @Test
    void a_reader_that_does_not_read_costs_nothing_and_misses_nothing() throws Exception {
        var job = idle();
        send(job, 400);
        var answers = new LinkedBlockingQueue<JsonObject>();
        var closed = new CompletableFuture<Status>();
        var call =
                client.channel()
                        .newCall(
                                ObservabilityServiceGrpc.getStreamEventsMethod(),
                                CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(EventResponse message) {
                        answers.add(json(message.getEventJson()));
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                new Metadata());
        call.sendMessage(of(job).setFollow(true).build());
        call.halfClose();
        call.request(1);
        var first = answers.poll(10, TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        // Nobody takes anything more, and the job goes on.
        send(job, 400);
        cancel(job);
        mn.awaitStatus(job, "cancelled");
        call.request(Integer.MAX_VALUE);
        assertThat(closed.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Code.OK);
        var all = new java.util.ArrayList<JsonObject>();
        all.add(first);
        answers.drainTo(all);
        gapless(all, 1);
        assertThat(all).hasSizeGreaterThan(800);
    }

    @Test
    void a_server_that_stops_ends_streams_with_a_reason() {
        var job = idle();
        var stream = client.events().streamEvents(of(job).setFollow(true).build());
        assertThat(stream.hasNext()).isTrue();
        var closing = CompletableFuture.runAsync(() -> mn.server().grpc().close());
        var refusal = refused(() -> stream.forEachRemaining(_ -> {}));
        assertThat(refusal.status()).isEqualTo(Code.UNAVAILABLE);
        assertThat(refusal.message()).contains("stopping");
        closing.join();
    }
}
