package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationHandle;
import mirrorneuron.api.OperationId;
import mirrorneuron.api.OperationRequest;
import mirrorneuron.api.OperationStream;
import mirrorneuron.api.Operations;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.client.Link.Again;
import mirrorneuron.protocol.ext.ConsoleGrpc;
import mirrorneuron.protocol.operations.GetOperationRequest;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;
import mirrorneuron.protocol.operations.StartOperationRequest;

/** {@link Operations} of a server. Only lists need a console. */
final class RemoteOperations implements Operations {

    private final Link link;
    private final Generation generation;

    RemoteOperations(Link link, Generation generation) {
        this.link = link;
        this.generation = generation;
    }

    @Override
    public OperationHandle start(OperationRequest request) {
        var kind =
                switch (requireNonNull(request, "request")) {
                    case OperationRequest.CancelAllJobs _ -> "cancel_all_jobs";
                    case OperationRequest.ClearJobs _ -> "clear_jobs";
                };
        // A second one would be another operation.
        var answer =
                link.call(
                        OperationsServiceGrpc.getStartOperationMethod(),
                        StartOperationRequest.newBuilder()
                                .setKind(kind)
                                .setVersion(Console.VERSION)
                                .build(),
                        Again.NEVER);
        return new OperationHandle(this, operation(answer.getOperationJson()).id());
    }

    private static Operation operation(String document) {
        return Operation.fromJson(Console.document(document));
    }

    @Override
    public Optional<Operation> get(OperationId id) {
        requireNonNull(id, "id");
        try {
            return Optional.of(required(id));
        } catch (NoSuchEntityException unknown) {
            return Optional.empty();
        }
    }

    private Operation required(OperationId id) {
        var answer =
                link.call(
                        OperationsServiceGrpc.getGetOperationMethod(),
                        GetOperationRequest.newBuilder()
                                .setOperationId(id.value())
                                .setVersion(Console.VERSION)
                                .build(),
                        Again.HARMLESS);
        return operation(answer.getOperationJson());
    }

    @Override
    public List<Operation> list(int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit: " + limit + " (expected: >= 1)");
        }
        if (!generation.hasConsole(link)) {
            throw OlderJobs.unsupported("list operations");
        }
        return new Console(link)
                        .list(
                                ConsoleGrpc.getListOperationsMethod(),
                                Console.about(JsonObject.builder().put("limit", limit).build()))
                        .stream()
                        .map(Operation::fromJson)
                        .toList();
    }

    @Override
    public Operation await(OperationId id, Duration timeout) throws InterruptedException {
        return Operations.super.await(id, link.settings().shortened(timeout));
    }

    @Override
    public OperationStream follow(OperationId id, long afterSequence) {
        requireNonNull(id, "id");
        // The stream of one that is not there and of one that is silent begin alike.
        var unused = required(id);
        return RemoteOperationEvents.open(link, id, afterSequence);
    }
}
