package mirrorneuron.runtime.operation;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuronException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deals with every target of an operation that was not dealt with, several at a time. */
record Pass(RunningOperation operation, OperationDesk.Targets targets, BooleanSupplier stopping) {

    private static final Logger LOG = LoggerFactory.getLogger(Pass.class);

    private static final int ITEMS_AT_A_TIME = 8;

    /**
     * @throws RuntimeException if what came of an item could not be stored; the operation is not
     *     over then, whatever became of the others
     */
    void run() {
        Lanes.each(left(), ITEMS_AT_A_TIME, stopping, this::carryOut);
    }

    private List<JobId> left() {
        return operation.ask(
                state ->
                        state.targets().stream()
                                .filter(target -> !state.isFinished(target))
                                .toList());
    }

    private void carryOut(JobId target) {
        if (!operation.ask(state -> state.isBegun(target))) {
            operation.record(target, "item_started", "running", "");
        }
        outcome(target).ifPresent(outcome -> operation.record(target, outcome));
    }

    /** Empty when nothing can be concluded: of a runtime that stops. The next start tries again. */
    private Optional<ItemOutcome> outcome(JobId target) {
        try {
            return Optional.of(
                    operation.ask(OperationState::dryRun)
                            ? new ItemOutcome.Done("dry_run")
                            : targets.act(operation.ask(OperationState::kind), target));
        } catch (MirrorNeuronException refused) {
            return stopping.getAsBoolean()
                    ? Optional.empty()
                    : Optional.of(new ItemOutcome.Failed(String.valueOf(refused.getMessage())));
        } catch (RuntimeException broken) {
            LOG.error("{} of an operation broke", target, broken);
            return Optional.of(
                    new ItemOutcome.Failed("internal error: " + broken.getClass().getSimpleName()));
        }
    }
}
