package mirrorneuron.api;

import java.time.Duration;

/** What became of a message from outside. */
public sealed interface Delivery {

    /**
     * It is in the agent's durable mailbox, now or since an earlier send of the same id and
     * content.
     */
    record Delivered(String messageId) implements Delivery {}

    /**
     * The agent, or one downstream of it, has more messages waiting than it should; ask again
     * later.
     */
    record Backpressure(Duration retryAfter) implements Delivery {}

    record NoSuchAgent(JobId jobId, AgentId agentId) implements Delivery {}

    record NotRunning(JobId jobId) implements Delivery {}

    record NotReplayable(String why) implements Delivery {}
}
