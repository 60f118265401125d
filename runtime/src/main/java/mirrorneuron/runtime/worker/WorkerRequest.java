package mirrorneuron.runtime.worker;

import java.nio.file.Path;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.Template;

/**
 * Everything a command needs to run once.
 *
 * @param runId names the folder of the run
 * @param blueprintId the graph's id when nobody names another
 * @param attemptId unique in the job; a fence for its result
 * @param invocation messages handled before this one, plus one
 * @param attempt which try of this message it is, from 1
 * @param agentState what the command returned as {@code next_state} last time
 * @param payloads the folder with the bundle's payload files; read only
 * @param workflow what the command may read of its workflow; empty outside of workflows
 * @param configuration the bundle's merged configuration, which fills <code>${config.*}</code>
 */
public record WorkerRequest(
        JobId job,
        String runId,
        String graphId,
        String blueprintId,
        String jobName,
        AgentId agent,
        Template template,
        Behaviour.Executor executor,
        JsonObject resources,
        String attemptId,
        long invocation,
        int attempt,
        Message message,
        JsonValue agentState,
        Path payloads,
        JsonObject configuration,
        String leaseId,
        JsonObject workflow) {}
