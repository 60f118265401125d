package mirrorneuron.api.agent;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;

/**
 * What a handler may know of its surroundings.
 *
 * @param config the node's {@code config}
 * @param template the node's template: generic, map, stream, batch or reduce
 * @param targets the agents that outbound edges lead to
 * @param payloads the folder with the bundle's payload files; read only
 * @param invocation messages handled before this one, plus one
 * @param attempt which delivery of this message it is, from 1
 * @param idempotencyKey the same for every delivery of one message to this agent
 * @param now the runtime's time, the same on the wire and in records
 * @param workflow what a workflow says of the attempt beside the message's own headers: {@code in},
 *     {@code parents}, {@code messages}, {@code run_inputs}; empty for an agent of no step
 */
public record AgentContext(
        JobId jobId,
        AgentId agentId,
        JsonObject config,
        String template,
        List<AgentId> targets,
        Path payloads,
        long invocation,
        int attempt,
        String idempotencyKey,
        Instant now,
        JsonObject workflow) {

    public AgentContext {
        targets = List.copyOf(targets);
    }
}
