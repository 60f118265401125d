package mirrorneuron.engine.job;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.engine.job.GraphPatch.Operation;
import mirrorneuron.engine.job.StepState.Link;
import mirrorneuron.engine.message.MessageIds;
import mirrorneuron.engine.workflow.DynamicSpec;
import mirrorneuron.engine.workflow.DynamicSpec.Strategy;
import mirrorneuron.engine.workflow.Outcome;

/** How scatters and patches change the graph of steps. */
final class Growth {

    private Growth() {}

    /** Makes the instances of a scatter, and agents for them. */
    static void scatter(Job job, StepEvent.Scattered event) {
        var ledger = job.ledger();
        var source = ledger.step(event.step());
        var scatter = new StepState.Scatter(event.concurrencyMax());
        int index = 0;
        for (var item : event.items()) {
            var target = ledger.step(event.targets().get(index % event.targets().size()));
            instance(
                    job,
                    source,
                    target,
                    new StepState.Instance(source.id, target.id, index, item, scatter));
            index++;
        }
    }

    static StepState instance(
            Job job, StepState source, StepState target, StepState.Instance instance) {
        var ledger = job.ledger();
        var id = target.id + "[" + instance.mapIndex() + "]";
        var step = new StepState(target.spec, id, ledger.nextOrder(), instance, null, null);
        ledger.join(job, step, target.entry().vertex);
        ledger.link(
                new Link(
                        source.id + "->" + id,
                        source,
                        step,
                        Set.of(Outcome.DONE),
                        Optional.empty(),
                        StepState.Origin.WRITTEN));
        for (var link : target.out) {
            ledger.link(
                    new Link(
                            link.id() + ":" + id,
                            step,
                            link.to(),
                            link.accepts(),
                            link.condition(),
                            // A copy of an edge that a patch made is stored like that edge.
                            link.origin()));
        }
        return step;
    }

    /** Applies a patch that was found to fit. */
    static void patch(Job job, GraphPatch patch, long revision) {
        var ledger = job.ledger();
        var dynamic = ledger.spec.dynamic().orElseThrow();
        var region =
                dynamic.regions().stream()
                        .filter(candidate -> candidate.id().equals(patch.region()))
                        .findFirst()
                        .orElseThrow();
        var controller = ledger.steps().get(region.controller());
        ledger.revision = revision;
        ledger.patches.put(patch.id(), MessageIds.digest(patch.toJson()));
        for (var operation : patch.operations()) {
            switch (operation) {
                case Operation.AddStep add ->
                        addStep(
                                job,
                                add.id(),
                                new StepState.Added(
                                        region.id(),
                                        add.template(),
                                        add.label(),
                                        revision,
                                        controller.rounds + 1,
                                        add.input()));
                case Operation.RemoveStep remove -> ledger.remove(job, ledger.step(remove.id()));
                case Operation.AddEdge add -> connect(ledger, add, region);
                case Operation.RemoveEdge remove -> {
                    var link = Objects.requireNonNull(ledger.link(remove.id()));
                    if (!link.added()) {
                        ledger.removedEdges.add(link.id());
                    }
                    ledger.unlink(link);
                }
            }
        }
        controller.patched |= region.strategy() == Strategy.CHECKPOINT_FANOUT;
    }

    static StepState addStep(Job job, String id, StepState.Added added) {
        var ledger = job.ledger();
        var template =
                Objects.requireNonNull(
                        ledger.spec.dynamic().orElseThrow().templates().get(added.template()));
        var step = new StepState(template.step(), id, ledger.nextOrder(), null, added, null);
        ledger.join(job, step, job.agent(template.agent()).vertex);
        ledger.judgeLater(step);
        return step;
    }

    private static void connect(Ledger ledger, Operation.AddEdge add, DynamicSpec.Region region) {
        var from = ledger.step(add.from());
        boolean released =
                region.strategy() == Strategy.CHECKPOINT_FANOUT
                        && from == ledger.steps().get(region.controller());
        ledger.connect(
                add.id(),
                from,
                ledger.step(add.to()),
                add.accepts(),
                released ? StepState.Origin.RELEASED : StepState.Origin.ADDED);
    }
}
