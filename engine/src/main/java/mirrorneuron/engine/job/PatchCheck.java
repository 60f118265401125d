package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.GraphPatch.Operation;
import mirrorneuron.engine.job.GraphPatch.Problem;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.workflow.DynamicSpec;
import mirrorneuron.engine.workflow.DynamicSpec.Region;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;
import org.jspecify.annotations.Nullable;

/**
 * Whether a patch may be applied. All of it is tried on a copy of the graph first, so a patch with
 * one mistake changes nothing.
 */
final class PatchCheck {

    sealed interface Verdict {

        /**
         * @param revision of the graph that the patch makes
         */
        record Fits(GraphPatch patch, Region region, long revision) implements Verdict {}

        /** The same patch was applied before, or stands before in the same result. */
        record Replayed(String patchId) implements Verdict {}

        record Rejected(String patchId, Problem problem) implements Verdict {}
    }

    private final Job job;
    private final Ledger ledger;
    private final DynamicSpec spec;
    private final Region region;
    private final StepState controller;

    private final Sketch sketch;

    /** Ids of the steps that this patch adds. */
    private final Set<String> added = new HashSet<>();

    private PatchCheck(
            Job job, DynamicSpec spec, Region region, StepState controller, Sketch sketch) {
        this.job = job;
        this.ledger = job.ledger();
        this.spec = spec;
        this.region = region;
        this.controller = controller;
        this.sketch = sketch;
    }

    /**
     * The graph as it will be after the patches of one result that were found to fit: the next one
     * builds on them. Of no use any more after one that did not fit.
     */
    static final class Sketch {

        /** Ends of edges by their ids. */
        private final Map<String, String[]> edges = new LinkedHashMap<>();

        private final Set<String> steps = new HashSet<>();

        /** Regions of the steps that the patches before have added, by their ids. */
        private final Map<String, String> added = new HashMap<>();

        /** Digests of the patches before, by their ids. */
        private final Map<String, String> patches = new HashMap<>();

        /** Steps that patches have added and that are not over. */
        private long active;

        private long revision;

        Sketch(Ledger ledger) {
            revision = ledger.revision;
            for (var step : ledger.steps()) {
                steps.add(step.id);
                active += step.added != null && !step.ended() ? 1 : 0;
                for (var link : step.out) {
                    edges.put(link.id(), new String[] {step.id, link.to().id});
                }
            }
        }

        private void take(GraphPatch patch, Set<String> ids) {
            revision++;
            patches.put(patch.id(), MessageIds.digest(patch.toJson()));
            ids.forEach(id -> added.put(id, patch.region()));
            for (var operation : patch.operations()) {
                active +=
                        switch (operation) {
                            case Operation.AddStep _ -> 1;
                            case Operation.RemoveStep _ -> -1;
                            case Operation.AddEdge _, Operation.RemoveEdge _ -> 0;
                        };
            }
        }
    }

    static Verdict judge(Job job, StepState controller, Sketch sketch, JsonObject json) {
        var ledger = job.ledger();
        var named = json.string("patch_id").orElse("");
        if (ledger.spec.dynamic().isEmpty()) {
            return rejected(
                    named, "patch.dynamic_disabled", "the workflow's graph does not change");
        }
        var spec = ledger.spec.dynamic().get();
        var parsed = GraphPatch.parse(json);
        if (parsed.problem().isPresent()) {
            return new Verdict.Rejected(named, parsed.problem().get());
        }
        var patch = parsed.patch().orElseThrow();
        var known = ledger.patches.getOrDefault(patch.id(), sketch.patches.get(patch.id()));
        if (known != null) {
            return known.equals(MessageIds.digest(patch.toJson()))
                    ? new Verdict.Replayed(patch.id())
                    : rejected(
                            patch.id(),
                            "patch.conflict",
                            "patch_id: " + patch.id() + " was used for another patch");
        }
        var region = find(spec, patch.region());
        if (region == null) {
            return rejected(
                    patch.id(),
                    "patch.region_unknown",
                    "region_id: " + patch.region() + " (expected: a region of the workflow)");
        }
        if (ledger.steps().get(region.controller()) != controller) {
            return rejected(
                    patch.id(),
                    "patch.not_controller",
                    "step "
                            + controller.id
                            + " (expected: the controller of region "
                            + region.id()
                            + ")");
        }
        if (patch.baseRevision() != sketch.revision) {
            return rejected(
                    patch.id(),
                    "patch.revision_stale",
                    "base_revision: "
                            + patch.baseRevision()
                            + " (expected: "
                            + sketch.revision
                            + ")");
        }
        var check = new PatchCheck(job, spec, region, controller, sketch);
        var problem = check.limits(patch).or(() -> check.applied(patch)).or(check::shape);
        if (problem.isPresent()) {
            return new Verdict.Rejected(patch.id(), problem.get());
        }
        sketch.take(patch, check.added);
        return new Verdict.Fits(patch, region, sketch.revision);
    }

    private static Verdict rejected(String patchId, String code, String what) {
        return new Verdict.Rejected(patchId, new Problem(code, what));
    }

    private static @Nullable Region find(DynamicSpec spec, String id) {
        for (var region : spec.regions()) {
            if (region.id().equals(id)) {
                return region;
            }
        }
        return null;
    }

    private static Optional<Problem> problem(String code, String what) {
        return Optional.of(new Problem(code, what));
    }

    private Optional<Problem> limits(GraphPatch patch) {
        var limits = spec.limits();
        long patches = ledger.patches.size() + sketch.patches.size() + 1L;
        long active =
                sketch.active
                        + patch.operations().stream()
                                .filter(Operation.AddStep.class::isInstance)
                                .count();
        if (patches > limits.patchesMax()) {
            return problem(
                    "patch.limit_exceeded",
                    "patches: " + patches + " (expected: at most " + limits.patchesMax() + ")");
        }
        if (patch.operations().size() > limits.operationsMax()) {
            return problem(
                    "patch.limit_exceeded",
                    "operations: "
                            + patch.operations().size()
                            + " (expected: at most "
                            + limits.operationsMax()
                            + ")");
        }
        if (active > limits.activeStepsMax()) {
            return problem(
                    "patch.limit_exceeded",
                    "active steps: "
                            + active
                            + " (expected: at most "
                            + limits.activeStepsMax()
                            + ")");
        }
        return Optional.empty();
    }

    private Optional<Problem> applied(GraphPatch patch) {
        for (var operation : patch.operations()) {
            var problem =
                    switch (operation) {
                        case Operation.AddStep add -> add(add);
                        case Operation.RemoveStep remove -> remove(remove);
                        case Operation.AddEdge add -> connect(add);
                        case Operation.RemoveEdge remove -> disconnect(remove);
                    };
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private Optional<Problem> add(Operation.AddStep add) {
        if (!region.templates().contains(add.template())) {
            return problem(
                    "patch.template_not_allowed",
                    "template: "
                            + add.template()
                            + " (expected: one of region "
                            + region.id()
                            + ")");
        }
        if (!sketch.steps.add(add.id()) || job.find(AgentId.of(add.id())) != null) {
            return problem(
                    "patch.id_taken",
                    "step id: " + add.id() + " (expected: an id that no step and no agent has)");
        }
        int bytes = add.input().toString().getBytes(UTF_8).length;
        if (bytes > spec.limits().instanceInputBytesMax()) {
            return problem(
                    "patch.limit_exceeded",
                    "input of "
                            + add.id()
                            + ": "
                            + bytes
                            + " bytes (expected: at most "
                            + spec.limits().instanceInputBytesMax()
                            + ")");
        }
        added.add(add.id());
        return Optional.empty();
    }

    private Optional<Problem> remove(Operation.RemoveStep remove) {
        if (added.remove(remove.id()) || sketch.added.remove(remove.id(), region.id())) {
            sketch.steps.remove(remove.id());
            return Optional.empty();
        }
        var step = sketch.steps.contains(remove.id()) ? ledger.find(remove.id()) : null;
        if (step == null || step.added == null || !step.added.region().equals(region.id())) {
            return problem(
                    "patch.step_unknown",
                    "step: "
                            + remove.id()
                            + " (expected: a step that was added to region "
                            + region.id()
                            + ")");
        }
        if (started(step)) {
            return problem(
                    "patch.step_started",
                    "step: " + remove.id() + " (expected: a step that has not started)");
        }
        sketch.steps.remove(remove.id());
        return Optional.empty();
    }

    private static boolean started(StepState step) {
        return step.attempt > 0 || step.triggered || step.ended();
    }

    private Optional<Problem> connect(Operation.AddEdge add) {
        if (sketch.edges.putIfAbsent(add.id(), new String[] {add.from(), add.to()}) != null) {
            return problem(
                    "patch.id_taken",
                    "edge id: " + add.id() + " (expected: an id that no edge has)");
        }
        var to = ledger.find(add.to());
        if (to != null && started(to)) {
            return problem(
                    "patch.step_started",
                    "edge "
                            + add.id()
                            + " to "
                            + add.to()
                            + " (expected: a step that has not started)");
        }
        return Optional.empty();
    }

    private Optional<Problem> disconnect(Operation.RemoveEdge remove) {
        var ends = sketch.edges.get(remove.id());
        var link = ledger.link(remove.id());
        boolean mayGo = link == null || link.added() || region.mutableEdges().contains(remove.id());
        if (ends == null || !mayGo) {
            return problem(
                    "patch.edge_unknown",
                    "edge: "
                            + remove.id()
                            + " (expected: an edge that was added, or one that region "
                            + region.id()
                            + " may change)");
        }
        if (link != null && started(link.to())) {
            return problem(
                    "patch.step_started",
                    "edge "
                            + remove.id()
                            + " to "
                            + link.to().id
                            + " (expected: a step that has not started)");
        }
        sketch.edges.remove(remove.id());
        return Optional.empty();
    }

    // The shape of what came of it

    private Optional<Problem> shape() {
        var children = new HashMap<String, Set<String>>();
        var parents = new HashMap<String, Set<String>>();
        for (var edge : sketch.edges.entrySet()) {
            var ends = edge.getValue();
            for (var end : ends) {
                if (!sketch.steps.contains(end)) {
                    return problem(
                            "patch.dangling_edge",
                            "edge "
                                    + edge.getKey()
                                    + ": "
                                    + end
                                    + " (expected: a step of the graph)");
                }
            }
            children.computeIfAbsent(ends[0], _ -> new HashSet<>()).add(ends[1]);
            parents.computeIfAbsent(ends[1], _ -> new HashSet<>()).add(ends[0]);
        }
        return cycle(children, parents).or(() -> strategy(children, parents));
    }

    private Optional<Problem> cycle(
            Map<String, Set<String>> children, Map<String, Set<String>> parents) {
        var waits = new HashMap<String, Integer>();
        var open = new ArrayDeque<String>();
        for (var step : sketch.steps) {
            int count = parents.getOrDefault(step, Set.of()).size();
            waits.put(step, count);
            if (count == 0) {
                open.add(step);
            }
        }
        int seen = 0;
        while (!open.isEmpty()) {
            seen++;
            for (var child : children.getOrDefault(open.remove(), Set.of())) {
                if (waits.merge(child, -1, Integer::sum) == 0) {
                    open.add(child);
                }
            }
        }
        return seen == sketch.steps.size()
                ? Optional.empty()
                : problem("patch.cycle", "the graph has a cycle (expected: none)");
    }

    private Optional<Problem> strategy(
            Map<String, Set<String>> children, Map<String, Set<String>> parents) {
        var after = reach(controller.id, children);
        if (region.strategy() == Strategy.CHECKPOINT_FANOUT) {
            return unreachable(
                    List.copyOf(added), after, "reached from controller " + controller.id);
        }
        var exit = ledger.steps().get(region.exit().orElseThrow()).id;
        if (!after.contains(exit)) {
            return problem(
                    "patch.unreachable",
                    "exit " + exit + " (expected: reached from controller " + controller.id + ")");
        }
        var before = reach(exit, parents);
        var instances =
                sketch.steps.stream()
                        .filter(
                                id -> {
                                    var step = ledger.find(id);
                                    return added.contains(id)
                                            || region.id().equals(sketch.added.get(id))
                                            || step != null
                                                    && step.added != null
                                                    && step.added.region().equals(region.id());
                                })
                        .toList();
        return unreachable(instances, after, "on a way from " + controller.id + " to " + exit)
                .or(
                        () ->
                                unreachable(
                                        instances,
                                        before,
                                        "on a way from " + controller.id + " to " + exit));
    }

    private static Optional<Problem> unreachable(
            List<String> ids, Set<String> reached, String expected) {
        for (var id : ids) {
            if (!reached.contains(id)) {
                return problem("patch.unreachable", "step " + id + " (expected: " + expected + ")");
            }
        }
        return Optional.empty();
    }

    private static Set<String> reach(String from, Map<String, Set<String>> next) {
        var seen = new HashSet<String>();
        var open = new ArrayDeque<String>();
        open.add(from);
        while (!open.isEmpty()) {
            for (var step : next.getOrDefault(open.remove(), Set.of())) {
                if (seen.add(step)) {
                    open.add(step);
                }
            }
        }
        return seen;
    }
}
