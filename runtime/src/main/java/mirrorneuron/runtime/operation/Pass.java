package mirrorneuron.runtime.operation;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuronException;

/** Deals with every target of an operation that was not dealt with, several at a time. */
record Pass(RunningOperation operation, OperationDesk.Targets targets, BooleanSupplier stopping) {

    private static final int ITEMS_AT_A_TIME = 8;

    void run() {
        var left = left();
        if (left.isEmpty()) {
            return;
        }
        var next = new ConcurrentLinkedQueue<>(left);
        // Closing it waits for all of them.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Math.min(ITEMS_AT_A_TIME, left.size()); i++) {
                threads.execute(() -> work(next));
            }
        }
    }

    private List<JobId> left() {
        return operation.ask(
                state ->
                        state.targets().stream()
                                .filter(target -> !state.isFinished(target))
                                .toList());
    }

    private void work(Queue<JobId> next) {
        JobId target;
        while (!stopping.getAsBoolean() && (target = next.poll()) != null) {
            carryOut(target);
        }
    }

    private void carryOut(JobId target) {
        try {
            if (!operation.ask(state -> state.isBegun(target))) {
                operation.record(target, "item_started", "running", "");
            }
            operation.record(
                    target,
                    operation.ask(OperationState::dryRun)
                            ? new ItemOutcome.Done("dry_run")
                            : targets.act(operation.ask(OperationState::kind), target));
        } catch (MirrorNeuronException refused) {
            // Of a runtime that stops nothing can be concluded; the next start tries again.
            if (!stopping.getAsBoolean()) {
                operation.record(
                        target, new ItemOutcome.Failed(String.valueOf(refused.getMessage())));
            }
        }
    }
}
