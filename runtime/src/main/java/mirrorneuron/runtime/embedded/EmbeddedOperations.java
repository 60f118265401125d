package mirrorneuron.runtime.embedded;

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
import mirrorneuron.runtime.operation.OperationDesk;
import mirrorneuron.runtime.operation.OperationKind;

/** {@link Operations} of this runtime, behind the {@link Gate}. */
final class EmbeddedOperations implements Operations {

    private final OperationDesk desk;
    private final Gate gate;

    EmbeddedOperations(OperationDesk desk, Gate gate) {
        this.desk = desk;
        this.gate = gate;
    }

    @Override
    public OperationHandle start(OperationRequest request) {
        var kind =
                switch (requireNonNull(request, "request")) {
                    case OperationRequest.CancelAllJobs _ -> OperationKind.CANCEL_ALL_JOBS;
                    case OperationRequest.ClearJobs _ -> OperationKind.CLEAR_JOBS;
                };
        var begun = gate.pass(() -> desk.start(kind, JsonObject.empty()));
        return new OperationHandle(this, Operation.fromJson(begun).id());
    }

    @Override
    public Optional<Operation> get(OperationId id) {
        requireNonNull(id, "id");
        try {
            return Optional.of(Operation.fromJson(gate.pass(() -> desk.document(id.value()))));
        } catch (NoSuchEntityException unknown) {
            return Optional.empty();
        }
    }

    @Override
    public List<Operation> list(int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit: " + limit + " (expected: >= 1)");
        }
        return gate.pass(() -> desk.newest(limit)).stream().map(Operation::fromJson).toList();
    }

    @Override
    public OperationStream follow(OperationId id, long afterSequence) {
        requireNonNull(id, "id");
        return gate.pass(() -> OperationFeed.open(desk, id, afterSequence));
    }

    @Override
    public Operation await(OperationId id, Duration timeout) throws InterruptedException {
        return Operations.super.await(id, gate.shortened(timeout));
    }
}
