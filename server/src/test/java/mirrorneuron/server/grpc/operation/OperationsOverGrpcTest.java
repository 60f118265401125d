package mirrorneuron.server.grpc.operation;

import static mirrorneuron.server.grpc.Client.documents;
import static mirrorneuron.server.grpc.Client.json;
import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.operations.GetOperationRequest;
import mirrorneuron.protocol.operations.OperationEventResponse;
import mirrorneuron.protocol.operations.StartOperationRequest;
import mirrorneuron.protocol.operations.StreamOperationEventsRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations over gRPC. */
class OperationsOverGrpcTest {

    private @TempDir Path home;
    private Served mn;
    private Client client;

    @BeforeEach
    void serve() throws IOException {
        mn = Served.at(home);
        client = Client.of(mn);
    }

    @AfterEach
    void stop() {
        client.close();
        mn.close();
    }

    private JsonObject start(String kind, String options) {
        return json(
                client.operations()
                        .startOperation(
                                StartOperationRequest.newBuilder()
                                        .setKind(kind)
                                        .setOptionsJson(options)
                                        .build())
                        .getOperationJson());
    }

    private JsonObject get(String id) {
        return json(
                client.operations()
                        .getOperation(GetOperationRequest.newBuilder().setOperationId(id).build())
                        .getOperationJson());
    }

    private List<JsonObject> events(String id, long after) {
        return documents(
                client.operations()
                        .streamOperationEvents(
                                StreamOperationEventsRequest.newBuilder()
                                        .setOperationId(id)
                                        .setAfterSequence(after)
                                        .setFollow(true)
                                        .setHeartbeatIntervalMs(60_000)
                                        .build()),
                OperationEventResponse::getEventJson);
    }

    private static String id(JsonObject operation) {
        return operation.string("operation_id").orElseThrow();
    }

    @Test
    void jobs_are_cancelled_one_by_one_and_every_step_can_be_read() throws IOException {
        for (int i = 0; i < 12; i++) {
            mn.awaitStatus(client.submit(Served.idle(), Map.of()), "running");
        }
        var started = start("cancel_all_jobs", "{\"reason\":\"tidy up\",\"other\":1}");
        assertThat(started.string("kind")).contains("cancel_all_jobs");
        assertThat(started.string("reason")).contains("tidy up");
        assertThat(started.has("other")).isFalse();
        assertThat(started.integer("target_count")).hasValue(12);
        assertThat(id(started)).startsWith("op-");

        var events = events(id(started), 0);
        assertThat(events.stream().map(event -> event.integer("sequence").orElse(0)))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 26).boxed().toList());
        assertThat(events.getFirst().string("type")).contains("operation_started");
        assertThat(events.getLast().string("type")).contains("operation_completed");
        assertThat(events.stream().filter(e -> e.string("status").orElse("").equals("cancelled")))
                .hasSize(12);
        assertThat(events(id(started), 20)).isEqualTo(events.subList(20, 26));

        var done = get(id(started));
        assertThat(done.string("status")).contains("completed");
        assertThat(done.object("counters").integer("succeeded")).hasValue(12);
        assertThat(done.object("counters").integer("finished")).hasValue(12);
        assertThat(done.object("items").size()).isEqualTo(12);
        done.object("items")
                .forEach(
                        (job, item) -> {
                            assertThat(((JsonObject) item).string("status")).contains("cancelled");
                            assertThat(((JsonObject) item).string("ended_at")).isPresent();
                        });
    }

    @Test
    void a_dry_run_says_what_it_would_do_and_does_nothing() throws IOException {
        var job = client.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        var started = start("cancel_all_jobs", "{\"dry_run\":true}");
        events(id(started), 0);
        assertThat(get(id(started)).object("items").object(job).string("status"))
                .contains("dry_run");
        assertThat(mn.status(job)).isEqualTo("running");
    }

    @Test
    void a_flag_that_is_neither_true_nor_false_is_refused_and_nothing_begins() throws IOException {
        var job = client.submit(Served.smallest(), Map.of("work.sh", "true\n"));
        mn.awaitStatus(job, "completed");
        for (var name : List.of("dry_run", "ignore_system_jobs")) {
            for (var value : List.of("\"x\"", "\"true\"", "1", "null", "[]", "{}")) {
                var options = "{\"%s\":%s}".formatted(name, value);
                var refusal = refused(() -> start("clear_jobs", options));
                assertThat(refusal.status()).as(options).isEqualTo(Code.INVALID_ARGUMENT);
                assertThat(refusal.message())
                        .isEqualTo(
                                "options_json.%s: %s (expected: true or false)"
                                        .formatted(name, value));
            }
        }
        assertThat(mn.status(job)).isEqualTo("completed");
    }

    @Test
    void an_operation_is_still_known_after_a_restart() throws IOException {
        var job = client.submit(Served.smallest(), Map.of("work.sh", "true\n"));
        mn.awaitStatus(job, "completed");
        var started = start("clear_jobs", "");
        var before = events(id(started), 0);
        var document = get(id(started));
        assertThat(document.object("items").object(job).string("status")).contains("cleared");
        stop();
        serve();
        assertThat(get(id(started))).isEqualTo(document);
        assertThat(events(id(started), 0)).isEqualTo(before);
    }

    @Test
    void what_this_server_does_not_do_and_what_nobody_does_are_told_apart() {
        for (var kind : List.of("reconcile_node", "drain_node")) {
            assertThat(refused(() -> start(kind, "{}")).status()).isEqualTo(Code.UNIMPLEMENTED);
        }
        var refusal = refused(() -> start("make_tea", "{}"));
        assertThat(refusal.status()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).startsWith("kind: \"make_tea\" (expected: ");
        assertThat(refused(() -> start("clear_jobs", "[]")).status())
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void an_unknown_operation_is_not_found() {
        assertThat(refused(() -> get("op-0")).status()).isEqualTo(Code.NOT_FOUND);
        assertThat(refused(() -> events("op-0", 0)).status()).isEqualTo(Code.NOT_FOUND);
        assertThat(refused(() -> get("")).status()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused(() -> get("op-0")).error().string("code"))
                .contains("operation_not_found");
    }
}
