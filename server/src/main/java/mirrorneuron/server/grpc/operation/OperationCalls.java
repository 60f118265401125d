package mirrorneuron.server.grpc.operation;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.protocol.operations.GetOperationRequest;
import mirrorneuron.protocol.operations.GetOperationResponse;
import mirrorneuron.protocol.operations.OperationEventResponse;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;
import mirrorneuron.protocol.operations.StartOperationRequest;
import mirrorneuron.protocol.operations.StartOperationResponse;
import mirrorneuron.protocol.operations.StreamOperationEventsRequest;
import mirrorneuron.runtime.operation.OperationDesk;
import mirrorneuron.runtime.operation.OperationKind;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.Documents;
import mirrorneuron.server.grpc.Downstream;
import mirrorneuron.server.grpc.Heartbeat;
import mirrorneuron.server.http.Problem;

/** The service of actions that go on without their caller. */
public final class OperationCalls extends OperationsServiceGrpc.OperationsServiceImplBase {

    private static final List<String> OF_NODES = List.of("reconcile_node", "drain_node");

    private static final int ITEMS_BYTES_MAX = 3 << 20;

    private final OperationDesk operations;
    private final InstantSource clock;
    private final Calls calls;

    public OperationCalls(OperationDesk operations, InstantSource clock, Calls calls) {
        this.operations = operations;
        this.clock = clock;
        this.calls = calls;
    }

    @Override
    public void startOperation(
            StartOperationRequest request, StreamObserver<StartOperationResponse> to) {
        calls.answer(
                to,
                () ->
                        StartOperationResponse.newBuilder()
                                .setOperationJson(
                                        shown(
                                                operations.start(
                                                        kind(request.getKind()),
                                                        options(request.getOptionsJson()))))
                                .setVersion(Documents.VERSION)
                                .build());
    }

    private static OperationKind kind(String word) {
        if (OF_NODES.contains(word)) {
            throw new UnsupportedFeatureException(
                    "Expected to begin " + word + ", but this server is a node of its own");
        }
        return OperationKind.ofWire(word)
                .orElseThrow(
                        () ->
                                new InvalidRequestException(
                                        "kind: \""
                                                + word
                                                + "\" (expected: cancel_all_jobs, clear_jobs,"
                                                + " reconcile_node or drain_node)"));
    }

    /** What operations know, and nothing that could stand in for a member of theirs. */
    private static JsonObject options(String text) {
        var given = Documents.objectOrNone("options_json", text);
        var options = JsonObject.builder();
        options.putIfPresent("node_name", given.string("node_name").or(() -> given.string("node")));
        options.putIfPresent("reason", given.string("reason"));
        for (var name : List.of("dry_run", "ignore_system_jobs")) {
            if (given.has(name)) {
                options.put(name, flag(name, given.at(name)));
            }
        }
        given.number("deadline_ms").ifPresent(number -> options.put("deadline_ms", number));
        return options.build();
    }

    /** Guessing at a flag could delete what its caller only wanted to look at. */
    private static JsonBool flag(String name, JsonValue value) {
        if (value instanceof JsonBool flag) {
            return flag;
        }
        throw new InvalidRequestException(
                "options_json."
                        + name
                        + ": "
                        + Problem.shown(value.toString())
                        + " (expected: true or false)");
    }

    @Override
    public void getOperation(GetOperationRequest request, StreamObserver<GetOperationResponse> to) {
        calls.answer(
                to,
                () ->
                        GetOperationResponse.newBuilder()
                                .setOperationJson(shown(operations.document(id(request))))
                                .setVersion(Documents.VERSION)
                                .build());
    }

    private static String id(GetOperationRequest request) {
        return Documents.required("operation_id", request.getOperationId());
    }

    /** With as many items as every client takes in one message. */
    private static String shown(JsonObject operation) {
        var items = operation.object("items");
        var fitting = JsonObject.builder();
        long bytes = 0;
        int shown = 0;
        for (var item : items.members()) {
            bytes += Json.bytes(item.getValue()).length + item.getKey().length() + 4;
            if (bytes > ITEMS_BYTES_MAX) {
                break;
            }
            fitting.put(item.getKey(), item.getValue());
            shown++;
        }
        var document = operation.with("items", fitting.build());
        return Documents.versioned(
                        shown == items.size()
                                ? document
                                : JsonObject.builder()
                                        .putAll(document)
                                        .put("truncated_items", items.size() - shown)
                                        .build())
                .toString();
    }

    @Override
    public void streamOperationEvents(
            StreamOperationEventsRequest request, StreamObserver<OperationEventResponse> to) {
        calls.stream(to, stream -> send(request, stream));
    }

    private void send(StreamOperationEventsRequest request, Downstream<OperationEventResponse> to)
            throws InterruptedException {
        var id = Documents.required("operation_id", request.getOperationId());
        long after = Math.max(0, request.getAfterSequence());
        var heartbeat = Heartbeat.every(request.getHeartbeatIntervalMs());
        var reader = Thread.currentThread();
        to.whenOver(reader::interrupt);
        while (true) {
            for (var event : operations.eventsAfter(id, after)) {
                if (!to.awaitReady()) {
                    return;
                }
                to.send(response(event));
                heartbeat.sent();
                after = event.integer("sequence").orElse(after);
            }
            if (!request.getFollow() || operations.isRead(id, after)) {
                return;
            }
            if (!operations.awaitAfter(id, after, heartbeat.patience(), () -> false)
                    && heartbeat.isDue()) {
                if (!to.awaitReady()) {
                    return;
                }
                to.send(response(beat(id)));
                heartbeat.sent();
            }
        }
    }

    private JsonObject beat(String id) {
        return JsonObject.builder()
                .put("type", "stream_heartbeat")
                .put("operation_id", id)
                .put("timestamp", Timestamps.format(clock.instant()))
                .build();
    }

    private static OperationEventResponse response(JsonObject event) {
        return OperationEventResponse.newBuilder()
                .setEventJson(Documents.versioned(event).toString())
                .setVersion(Documents.VERSION)
                .build();
    }
}
