package mirrorneuron.engine.manifest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * Leads messages from step to step where the author's form has no edges between agents: one for
 * each edge between steps, and one from the last step to a node that ends the run.
 *
 * @see "manifest contract, section 5.5"
 */
final class StepRoutes {

    private static final String SINK_SUFFIX = ".result";

    private final StepPlan plan;
    private final NodeDrafts nodes;
    private final Map<String, String> types = new HashMap<>();
    private Map<StepDraft, List<AgentId>> teams = Map.of();

    StepRoutes(StepPlan plan, NodeDrafts nodes) {
        this.plan = plan;
        this.nodes = nodes;
        for (var read : plan.edges()) {
            var from = plan.steps().get(read.edge().from()).id();
            read.event().ifPresent(event -> types.putIfAbsent(from, event));
        }
    }

    /** The type of what a step sends when nobody names another. */
    static String done(String step) {
        return step + ".done";
    }

    /** The type of what a step's agent sends unless its own config says otherwise. */
    String typeAfter(String step) {
        return types.getOrDefault(step, done(step));
    }

    /**
     * Adds the node that ends the run with what the last step gave.
     *
     * @param teams the agents of the steps
     */
    void addSink(Map<StepDraft, List<AgentId>> teams) {
        this.teams = teams;
        var last = last();
        nodes.derive(
                new Fields(
                        JsonObject.builder()
                                .put("node_id", last.id() + SINK_SUFFIX)
                                .put("agent_type", AgentType.AGGREGATOR.wire())
                                .put("type", Template.REDUCE.wire())
                                .put("role", "result_sink")
                                .put("config", WorkerNode.SINK_CONFIG)
                                .build(),
                        last.fields().place(),
                        last.fields().findings()));
    }

    void addEdges(EdgeReader edges) {
        for (var read : plan.edges()) {
            var from = plan.steps().get(read.edge().from());
            var to = plan.steps().get(read.edge().to());
            if (teams.containsKey(from) && teams.containsKey(to)) {
                add(edges, from, agent(to), read.event().orElse(sent(from)));
            }
        }
        if (teams.containsKey(last())) {
            add(edges, last(), last().id() + SINK_SUFFIX, sent(last()));
        }
    }

    private StepDraft last() {
        return plan.steps().get(plan.settings().sink());
    }

    private String agent(StepDraft step) {
        return teams.getOrDefault(step, List.of()).getFirst().value();
    }

    private void add(EdgeReader edges, StepDraft from, String to, String type) {
        edges.readOne(
                new Fields(
                        JsonObject.builder()
                                .put("from_node", agent(from))
                                .put("to_node", to)
                                .put("message_type", type)
                                .build(),
                        from.fields().place(),
                        from.fields().findings()));
    }

    /** What the step's agent sends, by its own config or by what was put there for it. */
    private String sent(StepDraft step) {
        var node = nodes.find(agent(step)).map(Fields::json).orElse(JsonObject.empty());
        var config = node.object("config");
        if (config.at("output_message_type") instanceof JsonString(var type) && !type.isBlank()) {
            return type.strip();
        }
        if (config.has("output_message_type")) {
            return typeAfter(step.id());
        }
        boolean runs =
                node.string("agent_type")
                        .flatMap(AgentType::ofName)
                        .filter(AgentType.EXECUTOR::equals)
                        .isPresent();
        return runs ? ExecutorReader.OUTPUT_DEFAULT : "*";
    }
}
