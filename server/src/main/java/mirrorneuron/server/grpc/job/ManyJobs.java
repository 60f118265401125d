package mirrorneuron.server.grpc.job;

import io.grpc.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.runtime.operation.OperationDesk;
import mirrorneuron.runtime.operation.OperationKind;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.Documents;

/** Calls about all jobs: operations whose beginning is waited for. */
public final class ManyJobs {

    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /** What a caller who is about to give up needs to get an answer. */
    private static final Duration ANSWER = Duration.ofMillis(500);

    private final OperationDesk operations;
    private final Calls calls;

    public ManyJobs(OperationDesk operations, Calls calls) {
        this.operations = operations;
        this.calls = calls;
    }

    /**
     * {@code operation_id, cancelled_count, pending_count, failed_count, results}; what is left
     * when the wait is over goes on.
     */
    JsonObject cancelAll() {
        var done = carriedOut(OperationKind.CANCEL_ALL_JOBS);
        var results = new ArrayList<JsonObject>();
        done.object("items").forEach((id, item) -> results.add(result(id, (JsonObject) item)));
        return JsonObject.builder()
                .put("operation_id", done.at("operation_id"))
                .put(
                        "cancelled_count",
                        count(results, "cancelled") + count(results, "cancellation_pending"))
                .put("pending_count", count(results, "cancellation_pending"))
                .put("failed_count", count(results, "failed"))
                .putAll(Documents.list("results", results))
                .build();
    }

    private static JsonObject result(String job, JsonObject item) {
        return JsonObject.builder()
                .put("job_id", job)
                .put("status", item.at("status"))
                .putIfPresent("error", item.string("error"))
                .build();
    }

    private static long count(List<JsonObject> results, String status) {
        return results.stream()
                .filter(result -> result.string("status").orElse("").equals(status))
                .count();
    }

    /** How many jobs are gone. */
    int clear() {
        var cleared = new ArrayList<JsonObject>();
        carriedOut(OperationKind.CLEAR_JOBS)
                .object("items")
                .forEach((id, item) -> cleared.add(result(id, (JsonObject) item)));
        return (int) count(cleared, "cleared");
    }

    private JsonObject carriedOut(OperationKind kind) {
        var started = operations.start(kind, JsonObject.empty());
        var id = started.string("operation_id").orElseThrow();
        return calls.await(() -> operations.awaitPass(id, wait(Context.current())));
    }

    private static Duration wait(Context call) {
        var deadline = call.getDeadline();
        if (deadline == null) {
            return WAIT_MAX;
        }
        var left = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)).minus(ANSWER);
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(WAIT_MAX) < 0 ? left : WAIT_MAX;
    }
}
