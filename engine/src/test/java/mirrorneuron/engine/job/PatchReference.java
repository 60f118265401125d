package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.engine.job.GraphPatch.Operation;
import mirrorneuron.engine.workflow.DynamicSpec;
import mirrorneuron.engine.workflow.DynamicSpec.Region;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;

/**
 * Whether a patch may be applied to the graph of a {@link StepReference}, read off the contract's
 * list from top to bottom. It copies the whole graph, changes the copy, and looks at what came of
 * it.
 */
final class PatchReference {

    private record Ends(String from, String to) {}

    private final StepReference reference;
    private final Set<String> agents;
    private final Set<String> steps = new HashSet<>();
    private final Set<String> fresh = new HashSet<>();
    private final Map<String, Ends> edges = new LinkedHashMap<>();

    /**
     * @param agents ids of the declared ones, which no step may have
     */
    PatchReference(StepReference reference, Set<String> agents) {
        this.reference = reference;
        this.agents = agents;
        reference.steps().forEach(step -> steps.add(step.id));
        reference
                .edges()
                .forEach(edge -> edges.put(edge.id(), new Ends(edge.from().id, edge.to().id)));
    }

    /** The code by which the patch is refused; empty when it fits, or was applied before. */
    String refuses(StepReference.Step sender, GraphPatch patch) {
        var dynamic = reference.workflow().dynamic();
        if (dynamic.isEmpty()) {
            return "patch.dynamic_disabled";
        }
        boolean named =
                patch.operations().stream()
                        .allMatch(one -> one.id().matches("[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}"));
        if (patch.operations().isEmpty() || !named) {
            return "patch.invalid";
        }
        var known = reference.applied().get(patch.id());
        if (known != null) {
            return known.equals(patch) ? "" : "patch.conflict";
        }
        var region = region(dynamic.get(), patch.region());
        if (region.isEmpty()) {
            return "patch.region_unknown";
        }
        if (!reference.controller(region.get()).equals(sender.id)) {
            return "patch.not_controller";
        }
        if (patch.baseRevision() != reference.applied().size()) {
            return "patch.revision_stale";
        }
        if (tooMuch(dynamic.get().limits(), patch)) {
            return "patch.limit_exceeded";
        }
        for (var operation : patch.operations()) {
            var code = apply(operation, region.get());
            if (!code.isEmpty()) {
                return code;
            }
        }
        return shape(region.get());
    }

    static Optional<Region> region(DynamicSpec dynamic, String id) {
        return dynamic.regions().stream().filter(region -> region.id().equals(id)).findFirst();
    }

    private boolean tooMuch(DynamicSpec.Limits limits, GraphPatch patch) {
        long open =
                reference.steps().stream()
                        .filter(step -> step.region != null && !step.over())
                        .count();
        long more = patch.operations().stream().filter(Operation.AddStep.class::isInstance).count();
        return reference.applied().size() + 1 > limits.patchesMax()
                || patch.operations().size() > limits.operationsMax()
                || open + more > limits.activeStepsMax();
    }

    private String apply(Operation operation, Region region) {
        return switch (operation) {
            case Operation.AddStep add -> {
                if (!region.templates().contains(add.template())) {
                    yield "patch.template_not_allowed";
                }
                fresh.add(add.id());
                yield agents.contains(add.id()) || !steps.add(add.id()) ? "patch.id_taken" : "";
            }
            case Operation.RemoveStep remove -> {
                boolean ours =
                        fresh.remove(remove.id())
                                || reference.has(remove.id())
                                        && region.id().equals(reference.step(remove.id()).region);
                if (!ours) {
                    yield "patch.step_unknown";
                }
                steps.remove(remove.id());
                yield reference.touched(remove.id()) ? "patch.step_started" : "";
            }
            case Operation.AddEdge add -> {
                if (edges.containsKey(add.id())) {
                    yield "patch.id_taken";
                }
                edges.put(add.id(), new Ends(add.from(), add.to()));
                yield reference.touched(add.to()) ? "patch.step_started" : "";
            }
            case Operation.RemoveEdge remove -> {
                var ends = edges.remove(remove.id());
                if (ends == null || !mayGo(remove.id(), region)) {
                    yield "patch.edge_unknown";
                }
                boolean old =
                        reference.edges().stream().anyMatch(edge -> edge.id().equals(remove.id()));
                yield old && reference.touched(ends.to()) ? "patch.step_started" : "";
            }
        };
    }

    /** Edges that patches have made, this one included, and those that the region may change. */
    private boolean mayGo(String id, Region region) {
        return region.mutableEdges().contains(id)
                || reference.edges().stream()
                        .noneMatch(edge -> edge.id().equals(id) && !edge.added());
    }

    private String shape(Region region) {
        for (var ends : edges.values()) {
            if (!steps.contains(ends.from()) || !steps.contains(ends.to())) {
                return "patch.dangling_edge";
            }
        }
        for (var step : steps) {
            if (after(step).contains(step)) {
                return "patch.cycle";
            }
        }
        var controller = reference.controller(region);
        var mustLieThere = new ArrayList<>(fresh);
        if (region.strategy() == Strategy.CHECKPOINT_FANOUT) {
            return after(controller).containsAll(mustLieThere) ? "" : "patch.unreachable";
        }
        reference.steps().stream()
                .filter(step -> region.id().equals(step.region) && steps.contains(step.id))
                .forEach(step -> mustLieThere.add(step.id));
        var exit = reference.workflow().steps().get(region.exit().orElseThrow()).id();
        boolean onTheWay =
                mustLieThere.stream()
                        .allMatch(id -> after(controller).contains(id) && after(id).contains(exit));
        return onTheWay && after(controller).contains(exit) ? "" : "patch.unreachable";
    }

    private Set<String> after(String step) {
        var after = new HashSet<String>();
        boolean grown;
        do {
            grown = false;
            for (var ends : List.copyOf(edges.values())) {
                if (ends.from().equals(step) || after.contains(ends.from())) {
                    grown |= after.add(ends.to());
                }
            }
        } while (grown);
        return after;
    }
}
