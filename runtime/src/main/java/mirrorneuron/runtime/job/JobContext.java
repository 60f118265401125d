package mirrorneuron.runtime.job;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.agent.Agent;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.runtime.bundle.KeptBundle;
import org.jspecify.annotations.Nullable;

/**
 * What running an agent needs to know of its job beside the message. One object serves all attempts
 * of a job, and goes with them: a call that outlives its job keeps nothing for ever. Safe from any
 * thread.
 */
public final class JobContext {

    private final Graph graph;
    private final KeptBundle bundle;
    private final String runId;
    private final Optional<String> blueprintId;
    private final JsonObject configuration;

    // Made at most a few times when threads race; each time it is the same folder.
    private volatile @Nullable Path payloads;

    private final Map<AgentId, Agent> agents = new ConcurrentHashMap<>();

    /**
     * @param runId the id of the job's run
     * @param blueprintId empty when nobody names one
     * @param configuration the bundle's, with the submission's overrides merged over it
     */
    public JobContext(
            Graph graph,
            KeptBundle bundle,
            String runId,
            Optional<String> blueprintId,
            JsonObject configuration) {
        this.runId = runId;
        this.blueprintId = blueprintId;
        this.graph = graph;
        this.bundle = bundle;
        this.configuration = configuration;
    }

    public Graph graph() {
        return graph;
    }

    public KeptBundle bundle() {
        return bundle;
    }

    public String runId() {
        return runId;
    }

    public Optional<String> blueprintId() {
        return blueprintId;
    }

    public JsonObject configuration() {
        return configuration;
    }

    /**
     * The folder with the payload files. It is looked for once a job: nobody may take it away while
     * the job runs, and a job may make thousands of calls in a second.
     */
    public Path payloads() {
        var known = payloads;
        if (known == null) {
            known = bundle.payloads();
            payloads = known;
        }
        return known;
    }

    /**
     * The one object that serves an agent of this job. When threads race, some of what they make is
     * thrown away unused.
     */
    public Agent agent(AgentId id, Supplier<Agent> made) {
        var known = agents.get(id);
        if (known != null) {
            return known;
        }
        // Outside of any lock: what an agent's maker does is its own affair.
        var fresh = made.get();
        var earlier = agents.putIfAbsent(id, fresh);
        return earlier == null ? fresh : earlier;
    }
}
