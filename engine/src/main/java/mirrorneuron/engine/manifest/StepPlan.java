package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.workflow.StepEdge;
import mirrorneuron.engine.workflow.StepSpec;
import mirrorneuron.engine.workflow.WorkflowSpec;

/**
 * The steps of a workflow and their order. It is made in two passes: which steps there are and how
 * they follow one another is known before their agents, and their settings only after.
 *
 * @see "manifest contract, sections 4.2 to 4.6"
 */
final class StepPlan {

    private final Layout layout;
    private final Findings findings;
    private final boolean strict;
    private final List<StepDraft> steps;
    private final Map<String, Integer> positions = new LinkedHashMap<>();
    private final StepSettings settings;
    private final StepEdgeReader edges;
    private Optional<DynamicReader> dynamic = Optional.empty();
    private Optional<ChildWorkflowReader> children = Optional.empty();

    private StepPlan(
            Layout layout,
            List<StepDraft> steps,
            WorkflowControl control,
            int edgesMax,
            boolean strict) {
        this.layout = layout;
        this.findings = layout.top().findings();
        this.strict = strict;
        this.steps = steps;
        steps.forEach(step -> positions.put(step.id(), step.index()));
        this.settings = StepSettings.read(layout, positions, control);
        this.edges = new StepEdgeReader(findings, positions, edgesMax, strict);
    }

    /** Reads which steps there are and what is written between them; empty when there are none. */
    static Optional<StepPlan> read(
            Layout layout, WorkflowControl control, ManifestLimits limits, boolean strict) {
        var steps = StepDraft.readAll(layout, limits);
        if (steps.isEmpty()) {
            return Optional.empty();
        }
        var plan = new StepPlan(layout, steps, control, limits.edgesMax(), strict);
        plan.edges.readAll(layout.stepEdges());
        var order = new StepOrder(steps, plan.positions, plan.edges);
        order.addNeeds();
        if (plan.writtenEdges() == 0) {
            order.addRest(plan.settings.maxParallelSteps().equals(OptionalInt.of(1)));
        }
        return Optional.of(plan);
    }

    List<StepDraft> steps() {
        return steps;
    }

    StepSettings settings() {
        return settings;
    }

    List<StepEdgeReader.Read> edges() {
        return edges.edges();
    }

    /** Written edges count even when none of them could be read: the mistake is in them. */
    private int writtenEdges() {
        return layout.stepEdges().json().array("edges").size() + edges.edges().size();
    }

    /**
     * Finds the steps that may be added while the job runs, by the agents that run them.
     *
     * @param nodes every node of the graph
     */
    Map<AgentId, List<StepDraft>> findTemplates(NodeDrafts nodes) {
        dynamic = DynamicReader.find(layout, settings.dynamic(), positions, nodes, strict);
        children = Optional.of(ChildWorkflowReader.find(layout, positions.keySet(), nodes, strict));
        var byAgent = new LinkedHashMap<AgentId, List<StepDraft>>();
        dynamic.ifPresent(reader -> reader.templates().addTo(byAgent));
        children.ifPresent(reader -> reader.addTo(byAgent));
        return byAgent;
    }

    /**
     * Reads the settings of the steps.
     *
     * @param agents by step; a step that is not among them was reported
     */
    WorkflowSpec spec(Map<StepDraft, List<AgentId>> agents, NodeDrafts nodes, boolean service) {
        var stepEdges = edges().stream().map(StepEdgeReader.Read::edge).toList();
        var graph = new StepGraphCheck(layout, steps, stepEdges);
        check(graph, stepEdges);
        var reader = new StepReader(settings, nodes, service);
        var read = new ArrayList<StepSpec>();
        agents.forEach(
                (step, team) -> {
                    var spec = reader.read(step, team, graph.incoming(step.index()));
                    children.ifPresent(rounds -> rounds.check(step, spec));
                    read.add(spec);
                });
        return new WorkflowSpec(
                read,
                stepEdges,
                settings.maxParallelSteps(),
                OptionalInt.of(settings.sink()),
                settings.state(),
                inputDefaults(),
                dynamic.map(changes -> changes.read(reader, stepEdges)),
                children.map(rounds -> rounds.read(reader)).orElse(Map.of()));
    }

    private void check(StepGraphCheck graph, List<StepEdge> stepEdges) {
        graph.checkAcyclic();
        boolean needsEdges =
                steps.size() > 1 && dynamic.filter(DynamicReader::onlyFansOut).isEmpty();
        if (needsEdges && writtenEdges() == 0) {
            findings.error(
                    "workflow.edges_missing",
                    layout.stepEdges().at("edges"),
                    "Expected edges between " + steps.size() + " steps, but found none",
                    "Write edges, or needs on the steps, or \"execution\": \"serial\" when they"
                            + " run in written order.");
        }
        if (strict) {
            checkStrictly(graph, stepEdges, needsEdges);
        }
    }

    private void checkStrictly(StepGraphCheck graph, List<StepEdge> stepEdges, boolean needsEdges) {
        var holder = layout.stepEdges();
        boolean derived = holder.json().array("edges").isEmpty() && !stepEdges.isEmpty();
        if (needsEdges && derived && layout.dialect() != Dialect.SOURCE) {
            findings.error(
                    "workflow.edges_required",
                    holder.at("edges"),
                    "Expected the edges between the steps to be written, but found none",
                    "Write them. A submission would derive them from the steps.");
        }
        if (settings.source() != settings.entrypoint()) {
            layout.with("source").wrong("workflow.source_mismatch", "the entrypoint", "source");
        }
        if (!stepEdges.isEmpty()) {
            graph.checkReachable(settings.source(), settings.sink());
        }
    }

    /** What an input is when nobody gives it. */
    private JsonObject inputDefaults() {
        var top = layout.top().json();
        var contract = top.has("contract") ? top.object("contract") : top.object("contracts");
        var defaults = JsonObject.builder();
        contract.object("inputs")
                .forEach(
                        (name, input) -> {
                            if (input instanceof JsonObject object && object.has("default")) {
                                defaults.put(name, object.at("default"));
                            }
                        });
        return defaults.build();
    }
}
