package mirrorneuron.engine.job;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Vertex;
import org.jspecify.annotations.Nullable;

/**
 * Work for the outside. It starts after the facts behind it are durable, and its result comes back
 * as a command.
 */
public sealed interface Effect {

    /** Ask a pool for slots; the answer is a lease command with this attempt id. */
    record RequestLease(
            AgentId agent,
            String attemptId,
            String pool,
            int slots,
            long queueTimeoutMs,
            int queueLengthMax)
            implements Effect {}

    /** The request is no longer wanted. */
    record WithdrawLease(String attemptId) implements Effect {}

    record ReleaseLease(String leaseId) implements Effect {}

    /**
     * @param agent who runs it; the vertex's own, or an instance of it
     * @param workflow what the command may read of its workflow; empty for an agent of no step
     */
    record StartWorker(
            AgentId agent,
            Vertex vertex,
            String attemptId,
            String leaseId,
            Message message,
            @Nullable JsonValue state,
            long invocation,
            int attempt,
            JsonObject workflow)
            implements Effect {}

    record StopWorker(String attemptId) implements Effect {}

    /**
     * @param agent who handles it; the vertex's own, or an instance of it
     * @param workflow what the handler may read of its workflow; empty for an agent of no step
     */
    record CallModule(
            AgentId agent,
            Vertex vertex,
            String attemptId,
            Message message,
            @Nullable JsonValue state,
            long invocation,
            int attempt,
            JsonObject workflow)
            implements Effect {}

    /** Everything a running command has sent is in a mailbox: it may go on. */
    record ProducerMayGoOn(String attemptId) implements Effect {}

    /** The job has ended. */
    record JobEnded(JobStatus status) implements Effect {}
}
