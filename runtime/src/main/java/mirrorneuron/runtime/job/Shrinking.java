package mirrorneuron.runtime.job;

import java.util.List;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.engine.worker.Emission;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;

/** Replaces large bodies in what workers and agents wish to send, before it reaches the engine. */
final class Shrinking {

    private Shrinking() {}

    static WorkerOutcome of(Bodies bodies, WorkerOutcome outcome) {
        return switch (outcome) {
            case WorkerOutcome.Succeeded succeeded ->
                    succeeded.result().isEmpty()
                            ? succeeded
                            : new WorkerOutcome.Succeeded(
                                    succeeded.sandboxName(),
                                    succeeded.stdout(),
                                    succeeded.stderr(),
                                    succeeded.result().map(result -> of(bodies, result)),
                                    succeeded.stepResult());
            case WorkerOutcome.Failed failed -> failed;
        };
    }

    static StructuredResult of(Bodies bodies, StructuredResult result) {
        if (result.emissions().isEmpty()) {
            return result;
        }
        List<Emission> emissions =
                result.emissions().stream()
                        .map(
                                wish ->
                                        new Emission(
                                                wish.type(),
                                                wish.to(),
                                                wish.body()
                                                        .map(
                                                                body ->
                                                                        bodies.shrink(
                                                                                body,
                                                                                Bodies
                                                                                        .BODY_BYTES_MAX)),
                                                wish.messageClass(),
                                                wish.headers(),
                                                wish.correlationId(),
                                                wish.causationId(),
                                                wish.contentType(),
                                                wish.contentEncoding(),
                                                wish.artifacts(),
                                                wish.stream()))
                        .toList();
        return new StructuredResult(
                result.events(),
                emissions,
                result.nextState(),
                result.completeStep(),
                result.completeRun(),
                result.warnings());
    }

    static AgentResult of(Bodies bodies, AgentResult result) {
        if (!(result instanceof AgentResult.Handled handled) || handled.actions().isEmpty()) {
            return result;
        }
        return new AgentResult.Handled(
                handled.state(),
                handled.actions().stream()
                        .<Action>map(
                                action ->
                                        switch (action) {
                                            case Action.Emit emit ->
                                                    new Action.Emit(
                                                            emit.type(),
                                                            bodies.shrink(
                                                                    emit.body(),
                                                                    Bodies.BODY_BYTES_MAX),
                                                            emit.options());
                                            case Action.EmitTo emit ->
                                                    new Action.EmitTo(
                                                            emit.agent(),
                                                            emit.type(),
                                                            bodies.shrink(
                                                                    emit.body(),
                                                                    Bodies.BODY_BYTES_MAX),
                                                            emit.options());
                                            case Action.Event event -> event;
                                            // Who judges the step has to see it whole.
                                            case Action.CompleteStep complete -> complete;
                                            case Action.CompleteRun complete -> complete;
                                        })
                        .toList());
    }
}
