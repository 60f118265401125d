package mirrorneuron.engine.manifest;

import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.json.JsonObject;

/**
 * One agent of the graph.
 *
 * @param display what people call it: {@code alias}, {@code display_name} and {@code label}, as far
 *     as they were written
 * @param declaredAgentType the word the author used, which may be an alias
 * @param behaviour the node's configuration, typed
 * @param restart what happens when the node fails
 * @param config as written
 * @param configAt where the author wrote it
 */
public record NodeSpec(
        AgentId id,
        AgentType agentType,
        String declaredAgentType,
        Template template,
        Optional<String> role,
        JsonObject display,
        Behaviour behaviour,
        RestartPolicy restart,
        Backpressure backpressure,
        RecoverySafety safety,
        JsonObject resources,
        JsonObject config,
        IssueLocation configAt) {

    /**
     * Where a part of the config stands in the document.
     *
     * @param part names and positions: {@code uploads/2/source}
     */
    public IssueLocation inConfig(String part) {
        return new IssueLocation(
                configAt.source(),
                configAt.path() + "." + part.replaceAll("/([0-9]+)", "[$1]").replace('/', '.'),
                configAt.pointer() + "/" + part);
    }

    /** This node under another name. */
    NodeSpec named(AgentId other) {
        return new NodeSpec(
                other,
                agentType,
                declaredAgentType,
                template,
                role,
                display,
                behaviour,
                restart,
                backpressure,
                safety,
                resources,
                config,
                configAt);
    }

    /** This node with another behaviour. */
    NodeSpec withBehaviour(Behaviour other) {
        return new NodeSpec(
                id,
                agentType,
                declaredAgentType,
                template,
                role,
                display,
                other,
                restart,
                backpressure,
                safety,
                resources,
                config,
                configAt);
    }
}
