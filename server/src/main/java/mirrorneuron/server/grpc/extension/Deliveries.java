package mirrorneuron.server.grpc.extension;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.Delivery;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.OverloadedException;
import mirrorneuron.api.PreconditionFailedException;

/** What a message that was not delivered is refused with. */
final class Deliveries {

    private Deliveries() {}

    /** The id of a message that is in the mailbox. */
    static String sent(Delivery delivery, JobId job, AgentId agent) {
        return switch (delivery) {
            case Delivery.Delivered delivered -> delivered.messageId();
            case Delivery.NoSuchAgent _ ->
                    throw new NoSuchEntityException(
                            ErrorCode.AGENT_NOT_FOUND,
                            "Job " + job + " has no agent " + agent,
                            null);
            // Clients do not tell a job that is gone from one that is over.
            case Delivery.NotRunning _ ->
                    throw new NoSuchJobException(
                            ErrorCode.JOB_NOT_FOUND,
                            "Expected to send to job " + job + ", but it does not run any more",
                            null);
            case Delivery.Backpressure busy -> throw overloaded(busy);
            case Delivery.NotReplayable not -> throw new PreconditionFailedException(not.why());
        };
    }

    /** Returns when the dead letter was sent again. */
    static void replayed(Delivery delivery, JobId job) {
        switch (delivery) {
            case Delivery.Delivered _ -> {}
            case Delivery.NoSuchAgent gone ->
                    throw new PreconditionFailedException(
                            "Agent " + gone.agentId() + " is not part of job " + job);
            case Delivery.NotRunning _ ->
                    throw new PreconditionFailedException(
                            ErrorCode.JOB_TERMINAL,
                            "Expected to replay a dead letter of job "
                                    + job
                                    + ", but it does not run any more",
                            null);
            case Delivery.Backpressure busy -> throw overloaded(busy);
            case Delivery.NotReplayable not ->
                    throw new PreconditionFailedException(
                            ErrorCode.NOT_REPLAYABLE, not.why(), null);
        }
    }

    private static OverloadedException overloaded(Delivery.Backpressure busy) {
        return new OverloadedException(
                ErrorCode.BACKPRESSURE,
                "The agent has more messages waiting than it should; come again in "
                        + busy.retryAfter().toMillis()
                        + " ms",
                null);
    }
}
