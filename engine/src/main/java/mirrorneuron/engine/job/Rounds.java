package mirrorneuron.engine.job;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.engine.workflow.ChildWorkflowSpec;
import mirrorneuron.engine.workflow.Outcome;

/** The rounds of steps into which a step unfolds. */
final class Rounds {

    private Rounds() {}

    /** The plan by which the step unfolds into others; empty for one that its agents do. */
    static Optional<ChildWorkflowSpec> unfolds(Ledger ledger, StepState step) {
        return step.instance == null && step.added == null && step.child == null
                ? Optional.ofNullable(ledger.spec.children().get(step.id))
                : Optional.empty();
    }

    /** The step that plans the parent's next round. */
    static void addPlanner(Job job, StepState parent) {
        parent.childRound++;
        var spec = unfolds(job.ledger(), parent).orElseThrow();
        addChild(
                job,
                parent.id + ":p" + parent.childRound,
                new StepState.Child(
                        parent.id, spec.planner(), parent.childRound, true, JsonNull.NULL));
    }

    /** The steps of a round, each after those that it needs. */
    static void addRound(Job job, StepState parent, List<ChildPlan.Step> planned) {
        var ledger = job.ledger();
        var prefix = parent.id + ":r" + parent.childRound + ":";
        for (var step : planned) {
            addChild(
                    job,
                    prefix + step.id(),
                    new StepState.Child(
                            parent.id, step.template(), parent.childRound, false, step.input()));
        }
        for (var step : planned) {
            for (var need : new LinkedHashSet<>(step.needs())) {
                ledger.connect(
                        prefix + need + "->" + prefix + step.id(),
                        ledger.step(prefix + need),
                        ledger.step(prefix + step.id()),
                        Set.of(Outcome.DONE),
                        StepState.Origin.ADDED);
            }
        }
    }

    static StepState addChild(Job job, String id, StepState.Child child) {
        var ledger = job.ledger();
        var parent = ledger.step(child.parent());
        var template =
                Objects.requireNonNull(
                        unfolds(ledger, parent).orElseThrow().templates().get(child.template()));
        var step = new StepState(template.step(), id, ledger.nextOrder(), null, null, child);
        ledger.join(job, step, job.agent(template.agent()).vertex);
        parent.openChildren++;
        ledger.judgeLater(step);
        return step;
    }

    /** The steps of the parent's rounds, planners among them, oldest first. */
    static List<StepState> of(Ledger ledger, StepState parent) {
        return ledger.steps().stream()
                .filter(step -> step.child != null && step.child.parent().equals(parent.id))
                .toList();
    }
}
