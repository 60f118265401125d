package mirrorneuron.engine.job;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
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

    record StartWorker(
            Vertex vertex,
            String attemptId,
            String leaseId,
            Message message,
            @Nullable JsonValue state,
            long invocation,
            int attempt)
            implements Effect {}

    record StopWorker(String attemptId) implements Effect {}

    record CallModule(
            Vertex vertex,
            String attemptId,
            Message message,
            @Nullable JsonValue state,
            long invocation,
            int attempt)
            implements Effect {}

    /** Everything a running command has sent is in a mailbox: it may go on. */
    record ProducerMayGoOn(String attemptId) implements Effect {}

    /** The job has ended. */
    record JobEnded(JobStatus status) implements Effect {}
}
