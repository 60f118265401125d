package mirrorneuron.engine.manifest;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;

/**
 * Finds the agents of each step: nodes that the author wrote, else the workers of a binding, else
 * one made for the step's handler. Nodes that come of this are added to the drafts.
 *
 * @see "manifest contract, sections 4.3, 5.2 to 5.5"
 */
final class StepAgents {

    private final Findings findings;
    private final NodeDrafts nodes;
    private final Map<String, Binding> bindings;
    private final HandlerNode handlers;
    private final Map<String, Fields> registry;
    private final Map<String, Binding> lowered = new LinkedHashMap<>();

    /**
     * @param handlers makes the agents of steps that name a function
     * @param registry workers that a step may name, by their ids
     */
    StepAgents(
            Findings findings,
            NodeDrafts nodes,
            Map<String, Binding> bindings,
            HandlerNode handlers,
            Map<String, Fields> registry) {
        this.findings = findings;
        this.nodes = nodes;
        this.bindings = bindings;
        this.handlers = handlers;
        this.registry = registry;
    }

    /** Bindings whose workers became nodes; what leads from one worker to the next holds too. */
    Iterable<Binding> lowered() {
        return lowered.values();
    }

    /**
     * Makes nodes of the workers of every binding, as a graph without nodes asks for. A binding of
     * a step that names a function only describes who does the work.
     */
    void lowerAll(List<StepDraft> steps) {
        var described = new HashSet<String>();
        for (var step : steps) {
            if (step.run() instanceof StepRun.Handler || step.fields().has("implementation")) {
                binding(step).map(Binding::name).ifPresent(described::add);
            }
        }
        bindings.values().stream()
                .filter(binding -> !described.contains(binding.name()))
                .forEach(this::lower);
    }

    private void lower(Binding binding) {
        if (lowered.putIfAbsent(binding.name(), binding) == null) {
            binding.workers().forEach(worker -> nodes.derive(WorkerNode.of(worker)));
        }
    }

    /**
     * The agents of every step, the one that gets its messages first at the front. A step without
     * an agent, or whose first agent is another's, is reported and not among the keys.
     */
    Map<StepDraft, List<AgentId>> assign(List<StepDraft> steps) {
        var entries = new LinkedHashMap<StepDraft, String>();
        var owners = new HashMap<String, StepDraft>();
        for (var step : steps) {
            var entry = entry(step);
            if (entry.isEmpty()) {
                continue;
            }
            var owner = owners.putIfAbsent(entry.get(), step);
            if (owner == null) {
                entries.put(step, entry.get());
            } else {
                refuseShared(step, entry.get(), owner);
            }
        }
        var agents = new LinkedHashMap<StepDraft, List<AgentId>>();
        entries.forEach((step, entry) -> agents.put(step, team(step, entry, owners)));
        return agents;
    }

    private void refuseShared(StepDraft step, String agent, StepDraft owner) {
        findings.error(
                "step.agent_shared",
                step.fields().at("agent_id", "run", "id"),
                "Expected an agent of its own for step "
                        + step.id()
                        + ", but found "
                        + agent
                        + ", which runs step "
                        + owner.id(),
                "Declare a second node: a message would not say which of the steps it is for.");
    }

    /**
     * The entry and the workers of its binding that are nodes and belong to no step before. A sink
     * among them ends the run and belongs to none.
     */
    private List<AgentId> team(StepDraft step, String entry, Map<String, StepDraft> owners) {
        var team = new LinkedHashSet<AgentId>();
        team.add(AgentId.of(entry));
        binding(step)
                .ifPresent(
                        binding -> {
                            for (var id : binding.workerIdsInOrder()) {
                                if (mayJoin(id) && owners.putIfAbsent(id, step) == null) {
                                    team.add(AgentId.of(id));
                                }
                            }
                        });
        return List.copyOf(team);
    }

    private boolean mayJoin(String id) {
        return nodes.find(id)
                .filter(node -> !node.json().object("config").bool("terminal_sink").orElse(false))
                .isPresent();
    }

    private Optional<String> entry(StepDraft step) {
        return switch (step.run()) {
            case StepRun.Definition definition -> {
                findings.error(
                        "source.definition_requires_expansion",
                        definition.place(),
                        "Expected a step that is written out, but found "
                                + definition.name()
                                + ", a specification in Python",
                        "Expand the workflow with the tool that made it, and submit the manifest"
                                + " that comes out.");
                yield Optional.empty();
            }
            case StepRun.Handler handler -> {
                nodes.derive(handlers.of(step, handler));
                yield Optional.of(step.id());
            }
            case StepRun.Agent _, StepRun.Named _ -> named(step);
        };
    }

    private Optional<String> named(StepDraft step) {
        var binding = binding(step);
        var written =
                names(step)
                        .filter(nodes::has)
                        .findFirst()
                        .or(
                                () ->
                                        binding.flatMap(
                                                b ->
                                                        b.workerIdsInOrder().stream()
                                                                .filter(nodes::has)
                                                                .findFirst()));
        if (written.isPresent()) {
            return written;
        }
        var registered = names(step).filter(registry::containsKey).findFirst();
        if (registered.isPresent()) {
            var id = registered.get();
            var worker = Objects.requireNonNull(registry.get(id));
            nodes.derive(handlers.registered(step, id, worker));
            return registered;
        }
        var implementation = StepRun.of(step.fields(), "implementation");
        if (implementation.isPresent()) {
            return implemented(step, implementation.get());
        }
        if (binding.isPresent() && !binding.get().workerIds().isEmpty()) {
            lower(binding.get());
            return names(step)
                    .filter(nodes::has)
                    .findFirst()
                    .or(() -> Optional.of(binding.get().workerIdsInOrder().getFirst()));
        }
        refuseUnknown(step);
        return Optional.empty();
    }

    /** A text says which function, an object says it in the words of {@code run}. */
    private Optional<String> implemented(StepDraft step, StepRun implementation) {
        var run =
                implementation instanceof StepRun.Named(var handler)
                        ? new StepRun.Handler(
                                handler,
                                new Fields(
                                        JsonObject.empty(),
                                        step.fields().at("implementation"),
                                        findings))
                        : implementation;
        return entry(
                new StepDraft(
                        step.index(), step.fields().without("implementation"), step.id(), run));
    }

    private void refuseUnknown(StepDraft step) {
        var name = names(step).findFirst().orElse(step.id());
        findings.error(
                "step.agent_unknown",
                step.fields().at("agent_id", "run", "id"),
                "Expected an agent that runs step "
                        + step.id()
                        + ", but found neither a node "
                        + name
                        + " nor a binding with workers of that name",
                "Add a node whose node_id is " + name + ", or name one of the nodes in run.");
    }

    /** The ids under which a node may run the step, the likeliest first. */
    private static Stream<String> names(StepDraft step) {
        var explicit = step.fields().json().string("agent_id").map(String::strip);
        var named =
                switch (step.run()) {
                    case StepRun.Named(var name) -> name;
                    case StepRun.Agent agent -> agent.node();
                    case StepRun.Handler _, StepRun.Definition _ -> step.id();
                };
        return Stream.of(explicit.orElse(named), step.id());
    }

    private Optional<Binding> binding(StepDraft step) {
        return Binding.of(step, bindings);
    }
}
