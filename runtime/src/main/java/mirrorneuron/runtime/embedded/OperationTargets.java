package mirrorneuron.runtime.embedded;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.ControlResult;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.WaitOutcome;
import mirrorneuron.runtime.operation.ItemOutcome;
import mirrorneuron.runtime.operation.OperationDesk;
import mirrorneuron.runtime.operation.OperationKind;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/** The jobs of this home, for operations. */
final class OperationTargets implements OperationDesk.Targets {

    private static final ItemOutcome SKIPPED = new ItemOutcome.Done("skipped");
    private static final ItemOutcome CANCELLED = new ItemOutcome.Done("cancelled");

    private final Jobs jobs;
    private final Store store;
    private final Deletion deletion;

    OperationTargets(Jobs jobs, Store store, Deletion deletion) {
        this.jobs = jobs;
        this.store = store;
        this.deletion = deletion;
    }

    @Override
    public List<JobId> choose(OperationKind kind) {
        try {
            return switch (kind) {
                case CANCEL_ALL_JOBS -> store.unfinished().stream().sorted().toList();
                case CLEAR_JOBS ->
                        store
                                .records(
                                        Set.of(
                                                JobStatus.COMPLETED,
                                                JobStatus.FAILED,
                                                JobStatus.CANCELLED),
                                        OptionalInt.empty())
                                .stream()
                                .map(JobRecord::jobId)
                                .toList();
            };
        } catch (StoreException refused) {
            throw EmbeddedRuntime.translated(refused);
        }
    }

    @Override
    public ItemOutcome act(OperationKind kind, JobId job) {
        try {
            return switch (kind) {
                case CANCEL_ALL_JOBS -> cancel(job);
                case CLEAR_JOBS -> clear(job);
            };
        } catch (StoreException refused) {
            throw EmbeddedRuntime.translated(refused);
        }
    }

    private ItemOutcome cancel(JobId job) {
        return switch (jobs.cancel(job)) {
            case ControlResult.Applied _ -> CANCELLED;
            case ControlResult.Unchanged same ->
                    same.status() == JobStatus.CANCELLING ? new ItemOutcome.Deferred() : CANCELLED;
            case ControlResult.Pending _ -> new ItemOutcome.Deferred();
            // It ended, or was cleared, since it was chosen.
            case ControlResult.Refused _, ControlResult.NotFound _ -> SKIPPED;
        };
    }

    private ItemOutcome clear(JobId job) {
        boolean ended = store.record(job).map(record -> record.status().terminal()).orElse(false);
        if (!ended) {
            return SKIPPED;
        }
        deletion.of(job);
        return new ItemOutcome.Done("cleared");
    }

    @Override
    public ItemOutcome await(JobId job) throws InterruptedException {
        return jobs.await(job, Jobs.WAIT_FOREVER) instanceof WaitOutcome.Cancelled
                ? CANCELLED
                : SKIPPED;
    }
}
