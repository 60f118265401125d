package mirrorneuron.engine.manifest;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonValue;
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
    private final Findings findings;
    private final NodeDrafts drafts;
    private final Map<String, Binding> bindings;
    private final WorkflowControl control;
    private final Optional<StepPlan> plan;
    private final Optional<StepRoutes> routes;
    private final StepAgents agents;

    /**
     * @param strict whether the whole of the format's rules must hold
     */
    Lowering(Layout layout, Header header, ManifestLimits limits, boolean strict) {
        this.layout = layout;
        this.header = header;
        this.limits = limits;
        this.findings = layout.top().findings();
        this.drafts = new NodeDrafts(findings, limits);
        this.bindings = Binding.readAll(layout.top());
        this.control = WorkflowControl.read(layout.top(), strict);
        this.plan = StepPlan.read(layout, control, limits, strict);
        this.routes =
                layout.dialect() == Dialect.SOURCE
                        ? plan.map(steps -> new StepRoutes(steps, drafts))
                        : Optional.empty();
        this.agents =
                new StepAgents(
                        findings,
                        drafts,
                        bindings,
                        new HandlerNode(
                                layout.workerDefaults(),
                                step ->
                                        routes.map(r -> r.typeAfter(step))
                                                .orElse(StepRoutes.done(step))),
                        layout.registry());
    }

    /** The manifest; of no use to anybody once something was found to be wrong. */
    RuntimeManifest lower() {
        var policies = PolicyReader.read(layout.top(), header);
        drafts.declareAll(layout.agents(), layout.nodes());
        if (drafts.isEmpty() && layout.dialect() != Dialect.SOURCE) {
            agents.lowerAll(plan.map(StepPlan::steps).orElse(List.of()));
        }
        var teams = plan.map(p -> agents.assign(p.steps())).orElse(Map.of());
        routes.ifPresent(r -> r.addSink(teams));
        var nodes = nodes(policies.restart(), stepsByAgent(teams));
        var workflow =
                plan.map(p -> p.spec(teams, drafts, header.type().equals("service")))
                        .orElse(WorkflowSpec.none());
        var edges = edges();
        new FlowCheck(findings, drafts, stepIds()).check(nodes);
        var entrypoints = entrypoints(nodes, teams);
        var inputs = inputs(entrypoints, teams);
        Sections.check(layout.top());
        if (plan.isEmpty()) {
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
                edges,
                entrypoints,
                inputs,
                policies.policies(),
                workflow,
                layout.top().json().object("metadata"),
                layout.top().json());
    }

    private Set<String> stepIds() {
        return plan.map(StepPlan::steps).orElse(List.of()).stream()
                .map(StepDraft::id)
                .collect(Collectors.toSet());
    }

    private Map<AgentId, List<StepDraft>> stepsByAgent(Map<StepDraft, List<AgentId>> teams) {
        var byAgent = new HashMap<AgentId, List<StepDraft>>();
        teams.forEach((step, team) -> team.forEach(agent -> byAgent.put(agent, List.of(step))));
        plan.ifPresent(p -> byAgent.putAll(p.findTemplates(drafts)));
        return byAgent;
    }

    private List<NodeSpec> nodes(RestartPolicy restart, Map<AgentId, List<StepDraft>> steps) {
        var reader = new NodeReader(restart, limits.nodeConfigBytesMax(), Completion.LATE);
        return drafts.read(reader).stream()
                .map(node -> steps.containsKey(node.id()) ? ofStep(node, steps) : node)
                .toList();
    }

    /**
     * An agent that belongs to a step. Its tries are the step's: if the agent tried again by
     * itself, each of n attempts would run the command n times.
     */
    private NodeSpec ofStep(NodeSpec node, Map<AgentId, List<StepDraft>> steps) {
        if (node.config().bool("complete_run").orElse(false)) {
            var draft = drafts.find(node.id().value()).orElseThrow();
            findings.error(
                    "node.complete_run_in_step",
                    draft.at("config").member("complete_run"),
                    "Expected an agent of a step to leave the run open, but found complete_run on "
                            + node.id(),
                    "End the run in a node after the last step, or let it end with that step.");
        }
        return node.behaviour() instanceof Behaviour.Executor executor
                ? node.withBehaviour(
                        executor.ofStep(
                                control.beacon(
                                        executor.beacon(),
                                        node.config(),
                                        steps.getOrDefault(node.id(), List.of()))))
                : node;
    }

    private List<EdgeSpec> edges() {
        var edges = new EdgeReader(findings, drafts::has, limits.edgesMax());
        edges.readAll(layout.agents(), layout.edges());
        for (var binding : agents.lowered()) {
            edges.readAll(binding.fields(), "routes", "worker_edges");
        }
        routes.ifPresent(r -> r.addEdges(edges));
        drafts.checkSinks(edges.edges());
        return edges.edges();
    }

    /** Those that begin the work, and those beside it that a source adds to them. */
    private List<AgentId> entrypoints(List<NodeSpec> nodes, Map<StepDraft, List<AgentId>> teams) {
        var all = new LinkedHashSet<>(beginning(nodes, teams));
        if (layout.dialect() == Dialect.SOURCE) {
            all.addAll(Entrypoints.auxiliary(layout.entrypoints(), drafts));
        }
        return List.copyOf(all);
    }

    private List<AgentId> beginning(List<NodeSpec> nodes, Map<StepDraft, List<AgentId>> teams) {
        var written = Entrypoints.written(layout.entrypoints(), drafts, "entrypoints");
        if (written.any()) {
            return written.ids();
        }
        var first = plan.map(p -> p.steps().get(p.settings().entrypoint()));
        var binding =
                first.flatMap(step -> Binding.of(step, bindings))
                        .or(
                                () ->
                                        layout.with("entrypoint")
                                                .json()
                                                .string("entrypoint")
                                                .map(bindings::get));
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
                : first.map(teams::get)
                        .map(List::getFirst)
                        .or(() -> nodes.stream().map(NodeSpec::id).findFirst())
                        .map(List::of)
                        .orElse(List.of());
    }

    /** What the author wrote, then what the bindings bring along. */
    private Map<AgentId, List<JsonValue>> inputs(
            List<AgentId> entrypoints, Map<StepDraft, List<AgentId>> teams) {
        var inputs = new InitialInputs(findings, entrypoints);
        inputs.read(layout.top(), "initial_inputs");
        var starts = new HashMap<String, AgentId>();
        teams.forEach(
                (step, team) ->
                        Binding.of(step, bindings)
                                .ifPresent(b -> starts.putIfAbsent(b.name(), team.getFirst())));
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
                    layout.steps().at(layout.stepList()),
                    "Expected steps or nodes, but found neither",
                    "Add steps that name their agents.");
        }
    }
}
