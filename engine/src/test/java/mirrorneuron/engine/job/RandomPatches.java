package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.engine.job.Act.Part;
import mirrorneuron.engine.job.GraphPatch.Operation;
import mirrorneuron.engine.workflow.DynamicSpec.Region;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;
import mirrorneuron.engine.workflow.Outcome;

/**
 * What controllers and planners ask for: most of it fits the graph as it stands, and each way of
 * asking for what does not fit comes now and then.
 */
final class RandomPatches {

    private final List<GraphPatch> asked = new ArrayList<>();

    static boolean mayPatch(Job job, StepState step) {
        return job.ledger().spec.dynamic().stream()
                .flatMap(dynamic -> dynamic.regions().stream())
                .anyMatch(region -> job.ledger().steps().get(region.controller()) == step);
    }

    Act.Patched patch(Job job, StepState step, int choice) {
        var random = new SplittableRandom(choice * 31L + asked.size());
        var patch = patch(job, step, random);
        asked.add(patch);
        return new Act.Patched(patch, choice % 8);
    }

    private GraphPatch patch(Job job, StepState step, SplittableRandom random) {
        var ledger = job.ledger();
        var regions = ledger.spec.dynamic().orElseThrow().regions();
        var own =
                regions.stream()
                        .filter(region -> ledger.steps().get(region.controller()) == step)
                        .toList();
        var region = pick(own.isEmpty() || random.nextInt(12) == 0 ? regions : own, random);
        long base = ledger.revision + (random.nextInt(10) == 0 ? 1 - random.nextInt(3) : 0);
        if (!asked.isEmpty() && random.nextInt(10) == 0) {
            var before = asked.get(random.nextInt(asked.size()));
            return random.nextBoolean()
                    ? before
                    : new GraphPatch(
                            before.id(), before.region(), base, operations(job, region, random));
        }
        return new GraphPatch(
                "p" + asked.size(),
                random.nextInt(20) == 0 ? "nowhere" : region.id(),
                base,
                operations(job, region, random));
    }

    private static <T> T pick(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }

    private List<Operation> operations(Job job, Region region, SplittableRandom random) {
        var operations =
                region.strategy() == Strategy.REPLACE_PATH
                        ? path(job, region, random)
                        : fanOut(job, region, random);
        if (random.nextInt(6) == 0) {
            operations.add(random.nextInt(operations.size() + 1), odd(job, region, random));
        }
        if (!operations.isEmpty() && random.nextInt(12) == 0) {
            operations.remove(random.nextInt(operations.size()));
        }
        return operations;
    }

    private List<Operation> path(Job job, Region region, SplittableRandom random) {
        var steps = job.ledger().spec.steps();
        var controller = steps.get(region.controller()).id();
        var exit = steps.get(region.exit().orElseThrow()).id();
        var operations = new ArrayList<Operation>();
        int count = random.nextInt(4);
        boolean chain = random.nextBoolean();
        var before = controller;
        for (int i = 0; i < count; i++) {
            var id = "x" + asked.size() + "-" + i;
            operations.add(new Operation.AddStep(id, template(region, random), id, JsonNull.NULL));
            operations.add(edge(before, id, random));
            if (chain) {
                before = id;
            } else {
                operations.add(edge(id, exit, random));
            }
        }
        if (chain && count > 0) {
            operations.add(edge(before, exit, random));
        }
        if (count > 0 && random.nextBoolean()) {
            region.mutableEdges().stream()
                    .filter(id -> job.ledger().link(id) != null)
                    .forEach(id -> operations.add(new Operation.RemoveEdge(id)));
        }
        return operations;
    }

    private List<Operation> fanOut(Job job, Region region, SplittableRandom random) {
        var steps = job.ledger().spec.steps();
        var controller = steps.get(region.controller()).id();
        var operations = new ArrayList<Operation>();
        var ids = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            var id = "x" + asked.size() + "-" + i;
            operations.add(new Operation.AddStep(id, template(region, random), id, JsonNull.NULL));
            operations.add(
                    edge(
                            ids.isEmpty() || random.nextInt(3) > 0 ? controller : pick(ids, random),
                            id,
                            random));
            if (random.nextInt(4) == 0) {
                operations.add(edge(id, pick(steps, random).id(), random));
            }
            ids.add(id);
        }
        if (ids.isEmpty()) {
            // A change without a new step: nothing will bring the controller back.
            operations.add(edge(controller, pick(steps, random).id(), random));
        }
        return operations;
    }

    private static String template(Region region, SplittableRandom random) {
        return pick(region.templates().stream().sorted().toList(), random);
    }

    private Operation.AddEdge edge(String from, String to, SplittableRandom random) {
        var accepts =
                switch (random.nextInt(4)) {
                    case 0 -> Set.of(Outcome.DONE, Outcome.SKIPPED);
                    case 1 -> Set.of(Outcome.DONE, Outcome.PARTIAL);
                    case 2 -> Set.of(Outcome.DONE, Outcome.PARTIAL, Outcome.SKIPPED);
                    default -> Set.of(Outcome.DONE);
                };
        return new Operation.AddEdge(
                "e%d-%s-%s".formatted(asked.size(), from, to), from, to, accepts, true);
    }

    private static Operation odd(Job job, Region region, SplittableRandom random) {
        var some = pick(job.ledger().steps(), random).id;
        var other = pick(job.ledger().steps(), random).id;
        return switch (random.nextInt(8)) {
            case 0 -> new Operation.AddEdge("odd", some, other, Set.of(Outcome.DONE), true);
            case 1 -> new Operation.AddEdge("odd", some, "nobody", Set.of(Outcome.DONE), true);
            case 2, 3 -> new Operation.RemoveStep(some);
            case 4 -> new Operation.AddStep("n0", template(region, random), "", JsonNull.NULL);
            case 5 -> new Operation.AddStep("odd", "elsewhere", "", JsonNull.NULL);
            default -> {
                var links = new ArrayList<String>();
                job.ledger().links().forEach(link -> links.add(link.id()));
                yield new Operation.RemoveEdge(links.isEmpty() ? "none" : pick(links, random));
            }
        };
    }

    /** A round of a few steps or the end, or something that is no plan. */
    static Act plan(Job job, StepState step, StepState.Child child, int choice) {
        var random = new SplittableRandom(choice * 31L + child.round() * 7L + step.attempt);
        int score = choice % 8;
        if (random.nextInt(10) == 0) {
            return new Act.Planned(child.round() + 3, List.of(), score);
        }
        if (child.round() > choice % 3) {
            return new Act.Planned(child.round(), List.of(), score);
        }
        var spec = Rounds.unfolds(job.ledger(), job.ledger().step(child.parent())).orElseThrow();
        var templates =
                spec.templates().keySet().stream()
                        .filter(id -> !id.equals(spec.planner()))
                        .sorted()
                        .toList();
        int count = 1 + random.nextInt(spec.stepsPerRoundMax());
        boolean wrong = random.nextInt(10) == 0;
        var parts =
                IntStream.range(0, count)
                        .mapToObj(
                                i ->
                                        new Part(
                                                "c" + i,
                                                pick(templates, random),
                                                wrong
                                                        ? Set.of("c" + (i + 1) % (count + 1))
                                                        : i > 0 && random.nextBoolean()
                                                                ? Set.of("c" + random.nextInt(i))
                                                                : Set.<String>of()))
                        .toList();
        return new Act.Planned(child.round(), Objects.requireNonNull(parts), score);
    }
}
