package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.StepSpec;
import mirrorneuron.engine.workflow.WorkflowSpec;

/**
 * Turns steps and the agents that run them into a graph that can run. The steps come first, because
 * they decide which agents there are.
 *
 * @see "manifest contract, section 5"
 */
final class Lowering {

    private final Layout layout;
    private final Header header;
    private final ManifestLimits limits;
    private final boolean strict;
    private final Findings findings;
    private final NodeDrafts drafts;
    private final Map<String, Binding> bindings;

    /**
     * @param strict whether the whole of the format's rules must hold
     */
    Lowering(Layout layout, Header header, ManifestLimits limits, boolean strict) {
        this.layout = layout;
        this.header = header;
        this.limits = limits;
        this.strict = strict;
        this.findings = layout.top().findings();
        this.drafts = new NodeDrafts(findings, limits);
        this.bindings = Binding.readAll(layout.top());
    }

    /** The manifest; of no use to anybody once something was found to be wrong. */
    RuntimeManifest lower() {
        var top = layout.top();
        var policies = PolicyReader.read(top, header);
        drafts.declareAll(layout.agents(), layout.nodes());
        var steps = StepDraft.readAll(layout, limits);
        var positions = new LinkedHashMap<String, Integer>();
        steps.forEach(step -> positions.put(step.id(), step.index()));
        var stepEdges = new StepEdgeReader(findings, positions);
        var agents =
                new StepAgents(
                        findings,
                        drafts,
                        bindings,
                        new HandlerNode(JsonObject.empty(), step -> step + ".done"),
                        Map.of());
        if (drafts.isEmpty()) {
            agents.lowerAll();
        }
        var assigned = agents.assign(steps);
        var nodes = nodes(policies.restart(), assigned);
        var workflow = workflow(steps, positions, stepEdges, assigned);
        var edges = new EdgeReader(findings, drafts::has, limits.edgesMax());
        edges.readAll(layout.agents(), layout.edges());
        agents.lowered()
                .forEach(binding -> edges.readAll(binding.fields(), "routes", "worker_edges"));
        drafts.checkSinks(edges.edges());
        var entrypoints = entrypoints(nodes, steps, assigned);
        var inputs = inputs(entrypoints, assigned);
        Sections.check(top);
        if (workflow.isEmpty()) {
            checkMessageDriven(policies.jobType(), nodes);
        }
        return new RuntimeManifest(
                layout.dialect().wire(),
                header.graphId(),
                header.jobName(),
                header.manifestVersion(),
                header.type(),
                policies.jobType(),
                nodes,
                edges.edges(),
                entrypoints,
                inputs,
                policies.policies(),
                workflow,
                top.json().object("metadata"),
                top.json());
    }

    /**
     * Reads the nodes. Tries of an agent that belongs to a step are the step's: if the agent tried
     * again by itself, each of n attempts would run the command n times.
     */
    private List<NodeSpec> nodes(RestartPolicy restart, Map<StepDraft, List<AgentId>> assigned) {
        var reader = new NodeReader(restart, limits.nodeConfigBytesMax(), Completion.LATE);
        var ofSteps = new HashSet<AgentId>();
        assigned.values().forEach(ofSteps::addAll);
        return drafts.read(reader).stream()
                .map(node -> ofSteps.contains(node.id()) ? ofStep(node) : node)
                .toList();
    }

    private NodeSpec ofStep(NodeSpec node) {
        if (node.config().bool("complete_run").orElse(false)) {
            findings.error(
                    "node.complete_run_in_step",
                    drafts.find(node.id().value())
                            .orElseThrow()
                            .at("config")
                            .member("complete_run"),
                    "Expected an agent of a step to leave the run open, but found complete_run on "
                            + node.id(),
                    "End the run in a node after the last step, or let it end with the last step.");
        }
        return node.behaviour() instanceof Behaviour.Executor executor
                ? node.withBehaviour(executor.triedOnce())
                : node;
    }

    private WorkflowSpec workflow(
            List<StepDraft> steps,
            Map<String, Integer> positions,
            StepEdgeReader stepEdges,
            Map<StepDraft, List<AgentId>> assigned) {
        if (steps.isEmpty()) {
            return WorkflowSpec.none();
        }
        var settings = StepSettings.read(layout, positions);
        readEdges(steps, positions, stepEdges, settings);
        var edges = stepEdges.edges().stream().map(StepEdgeReader.Read::edge).toList();
        var graph = new StepGraphCheck(layout, steps, edges);
        graph.checkAcyclic();
        if (strict) {
            graph.checkReachable(settings.source(), settings.sink());
        }
        var reader = new StepReader(settings, drafts, header.type().equals("service"));
        var read = new ArrayList<StepSpec>();
        assigned.forEach(
                (step, agents) ->
                        read.add(reader.read(step, agents, graph.incoming(step.index()))));
        return new WorkflowSpec(
                read,
                edges,
                settings.maxParallelSteps(),
                OptionalInt.of(settings.sink()),
                settings.state(),
                inputDefaults(),
                Optional.empty(),
                Map.of());
    }

    private void readEdges(
            List<StepDraft> steps,
            Map<String, Integer> positions,
            StepEdgeReader edges,
            StepSettings settings) {
        edges.readAll(layout.stepEdges(), limits.edgesMax());
        var order = new StepOrder(steps, positions, edges);
        order.addNeeds();
        boolean written = !layout.stepEdges().json().array("edges").isEmpty();
        if (written || !edges.edges().isEmpty() || steps.size() < 2) {
            return;
        }
        order.addRest(settings.maxParallelSteps().equals(OptionalInt.of(1)));
        if (edges.edges().isEmpty()) {
            findings.error(
                    "workflow.edges_missing",
                    layout.stepEdges().at("edges"),
                    "Expected edges between " + steps.size() + " steps, but found none",
                    "Write edges, or needs on the steps, or \"execution\": \"serial\" when they"
                            + " run in written order.");
        }
    }

    private JsonObject inputDefaults() {
        var defaults = JsonObject.builder();
        layout.top()
                .json()
                .object("contract")
                .object("inputs")
                .forEach(
                        (name, input) -> {
                            if (input instanceof JsonObject object && object.has("default")) {
                                defaults.put(name, object.at("default"));
                            }
                        });
        return defaults.build();
    }

    private List<AgentId> entrypoints(
            List<NodeSpec> nodes, List<StepDraft> steps, Map<StepDraft, List<AgentId>> assigned) {
        var written = Entrypoints.written(layout.entrypoints(), drafts, "entrypoints");
        if (written.any()) {
            return written.ids();
        }
        var name = layout.with("entrypoint").json().string("entrypoint").map(String::strip);
        var first =
                steps.stream()
                        .filter(step -> name.isEmpty() || name.get().equals(step.id()))
                        .findFirst();
        var binding =
                first.flatMap(step -> Binding.of(step, bindings)).or(() -> name.map(bindings::get));
        if (binding.isPresent()) {
            var starters =
                    Entrypoints.written(
                            binding.get().fields(), drafts, "start_workers", "entrypoints");
            if (starters.any()) {
                return starters.ids();
            }
        }
        var roots = Entrypoints.roots(nodes);
        return !roots.isEmpty()
                ? roots
                : first.map(assigned::get)
                        .map(List::getFirst)
                        .or(() -> nodes.stream().map(NodeSpec::id).findFirst())
                        .map(List::of)
                        .orElse(List.of());
    }

    /** What the author wrote, then what the bindings bring along. */
    private Map<AgentId, List<JsonValue>> inputs(
            List<AgentId> entrypoints, Map<StepDraft, List<AgentId>> assigned) {
        var inputs = new InitialInputs(findings, entrypoints);
        inputs.read(layout.top(), "initial_inputs");
        var starts = new HashMap<String, AgentId>();
        assigned.forEach(
                (step, agents) ->
                        Binding.of(step, bindings)
                                .ifPresent(b -> starts.putIfAbsent(b.name(), agents.getFirst())));
        for (var binding : bindings.values()) {
            var start = Optional.ofNullable(starts.get(binding.name()));
            binding.readSeeds(inputs, start.or(binding::first));
        }
        return inputs.inputs();
    }

    private void checkMessageDriven(String jobType, List<NodeSpec> nodes) {
        if (!nodes.isEmpty()) {
            CompletionPath.check(layout.agents().at(layout.nodes()), findings, jobType, nodes);
        } else if (drafts.isEmpty() && layout.dialect() == Dialect.WORKFLOW) {
            WorkflowReader.warnEmpty(layout.top());
        } else if (drafts.isEmpty()) {
            findings.error(
                    "manifest.nodes_empty",
                    layout.agents().at(layout.nodes()),
                    "Expected nodes or steps, but found neither",
                    "Add the agents of the workflow under nodes, or steps that name their agents.");
        }
    }
}
