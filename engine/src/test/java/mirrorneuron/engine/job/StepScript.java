package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.RandomWorkflows.Deed;
import mirrorneuron.engine.job.RandomWorkflows.Workflow;
import mirrorneuron.engine.worker.WorkerOutcome;

/** What the attempts of a workflow's steps bring, and how a command or a module says so. */
final class StepScript {

    private final Workflow workflow;
    private final RandomPatches patches = new RandomPatches();

    StepScript(Workflow workflow) {
        this.workflow = workflow;
    }

    /** What this attempt brings; steps that were added do as their template says. */
    Act act(Job job, StepState step) {
        var deeds = workflow.deeds().getOrDefault(step.spec.id(), List.of());
        var deed = deeds.get(Math.min(step.attempt, deeds.size()) - 1);
        int choice = deed.choice() + (step.instance == null ? 0 : step.instance.mapIndex());
        boolean ends = deed.kind() >= 9 && deed.kind() <= 15;
        if (step.child != null && step.child.planner() && !ends) {
            return RandomPatches.plan(job, step, step.child, choice);
        }
        boolean patches =
                deed.kind() >= PATCHES
                        || step.rounds == 0 && deed.kind() < 6 && RandomPatches.mayPatch(job, step);
        return patches && job.ledger().spec.dynamic().isPresent()
                ? this.patches.patch(job, step, choice)
                : act(step, deed, choice);
    }

    /** Deeds of this kind and above change the graph, where it may change. */
    private static final int PATCHES = 20;

    private Act act(StepState step, Deed deed, int choice) {
        int score = choice % 8;
        return switch (deed.kind()) {
            case 9, 10 -> new Act.Partial(score);
            case 11 -> new Act.Skipped(false);
            case 12 -> new Act.Skipped(true);
            case 13, 14 -> new Act.Failed(true);
            case 15 -> new Act.Failed(false);
            case 16, 17 -> {
                var children = below(step, false);
                yield new Act.Chose(
                        IntStream.range(0, children.size())
                                .filter(i -> (choice >> i) % 2 == 1)
                                .mapToObj(children::get)
                                .collect(Collectors.toSet()),
                        score);
            }
            case 18, 19 -> spread(below(step, true), choice, score);
            default -> new Act.Done(score);
        };
    }

    private static Act spread(List<String> below, int choice, int score) {
        if (below.isEmpty()) {
            return new Act.Done(score);
        }
        var targets = new LinkedHashSet<String>();
        targets.add(below.get(choice % below.size()));
        if (choice % 5 == 0) {
            targets.add(below.get((choice + 1) % below.size()));
        }
        return new Act.Spread(List.copyOf(targets), choice / 3 % 4, choice % 3, score);
    }

    /**
     * Ids of the steps after this one as they were written; only its children unless all are asked.
     */
    private List<String> below(StepState step, boolean all) {
        var spec = workflow.graph().manifest().workflow();
        if (!spec.steps().contains(step.spec)) {
            return step.out.stream()
                    .map(link -> link.to())
                    .filter(to -> to.instance == null)
                    .map(to -> to.id)
                    .toList();
        }
        var below = new LinkedHashSet<Integer>();
        below.add(step.spec.index());
        for (var edge : spec.edges().stream().sorted((a, b) -> a.from() - b.from()).toList()) {
            if (all ? below.contains(edge.from()) : edge.from() == step.spec.index()) {
                below.add(edge.to());
            }
        }
        return below.stream().skip(1).map(index -> spec.steps().get(index).id()).toList();
    }

    /** The end of a command that brings this. */
    static WorkerOutcome outcome(Act act) {
        return act instanceof Act.Failed failed && failed.retryable()
                ? JobSpec.failure(1)
                : JobSpec.success(
                        switch (act) {
                            case Act.Done done -> completed("", done.score());
                            case Act.Partial partial ->
                                    "{'events': [{'type': 'workflow_step_partial', 'payload': {'output': {'score': %d}}}]}"
                                            .formatted(partial.score());
                            case Act.Skipped skipped ->
                                    "{'events': [{'type': 'workflow_step_skipped', 'payload': {'skip_downstream': %s}}]}"
                                            .formatted(skipped.everythingBelow());
                            case Act.Failed _ ->
                                    "{'events': [{'type': 'workflow_step_failed', 'payload': {'retryable': false}}]}";
                            case Act.Chose chose ->
                                    completed(
                                            "{'type': 'workflow_step_branch', 'payload': %s}"
                                                    .formatted(payload(chose)),
                                            chose.score());
                            case Act.Spread spread ->
                                    completed(
                                            "{'type': 'workflow_step_scatter', 'payload': %s}"
                                                    .formatted(payload(spread)),
                                            spread.score());
                            case Act.Patched patched ->
                                    completed(
                                            "{'type': 'workflow_graph_patch', 'payload': %s}"
                                                    .formatted(patched.patch().toJson()),
                                            patched.score());
                            case Act.Planned planned ->
                                    "{'complete_step': %s}".formatted(plan(planned));
                        });
    }

    private static String completed(String event, int score) {
        return "{'events': [%s], 'complete_step': {'score': %d}}".formatted(event, score);
    }

    private static String payload(Act.Chose chose) {
        return "{'branches': %s}".formatted(names(chose.children()));
    }

    private static String payload(Act.Spread spread) {
        return "{'targets': %s, 'items': %s, 'max_concurrency': %d}"
                .formatted(
                        names(spread.targets()),
                        IntStream.range(0, spread.items()).boxed().toList(),
                        spread.concurrencyMax());
    }

    private static String names(Iterable<String> ids) {
        var names = new ArrayList<String>();
        ids.forEach(id -> names.add("'" + id + "'"));
        return names.toString();
    }

    private static String plan(Act.Planned planned) {
        var steps =
                planned.parts().stream()
                        .map(
                                part ->
                                        "{'id': '%s', 'template': '%s', 'needs': %s}"
                                                .formatted(
                                                        part.id(),
                                                        part.template(),
                                                        names(part.needs())))
                        .collect(Collectors.joining(", "));
        return "{'child_plan': {'revision': %d, 'decision': '%s', 'steps': [%s], 'output': {'score': %d}}}"
                .formatted(
                        planned.named(),
                        planned.parts().isEmpty() ? "stop" : "execute",
                        steps,
                        planned.score());
    }

    /** The end of a call of Java code that brings this. */
    static JobCommand handling(AgentId id, String attempt, Act act) {
        var result =
                AgentResult.with(JobText.object("{'seen': true}")).emit("x", JobText.json("{}"));
        switch (act) {
            case Act.Done done -> result.completeStep(score(done.score()));
            case Act.Partial partial ->
                    result.event(
                            "workflow_step_partial",
                            JsonObject.of("output", score(partial.score())));
            case Act.Skipped skipped ->
                    result.event(
                            "workflow_step_skipped",
                            JobText.object(
                                    "{'skip_downstream': %s}"
                                            .formatted(skipped.everythingBelow())));
            case Act.Failed failed -> {
                return failed.retryable()
                        ? new JobCommand.ModuleFailed(id, attempt, "threw", false)
                        : new JobCommand.ModuleFinished(
                                id, attempt, new AgentResult.Reject("never"));
            }
            case Act.Chose chose ->
                    result.event("workflow_step_branch", JobText.object(payload(chose)))
                            .completeStep(score(chose.score()));
            case Act.Spread spread ->
                    result.event("workflow_step_scatter", JobText.object(payload(spread)))
                            .completeStep(score(spread.score()));
            case Act.Patched patched ->
                    result.event("workflow_graph_patch", patched.patch().toJson())
                            .completeStep(score(patched.score()));
            case Act.Planned planned -> result.completeStep(JobText.object(plan(planned)));
        }
        return new JobCommand.ModuleFinished(id, attempt, result.build());
    }

    private static JsonObject score(int score) {
        return JobText.object("{'score': %d}".formatted(score));
    }
}
