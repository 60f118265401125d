package mirrorneuron.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.JobId;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationEvent;
import mirrorneuron.api.OperationHandle;
import mirrorneuron.api.OperationId;
import mirrorneuron.api.OperationRequest;
import mirrorneuron.api.OperationStream;
import mirrorneuron.api.Operations;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;

/** Operations that are over as soon as they begin, except for those that wait. */
final class FakeOperations implements Operations {

    private final FakeRuntime runtime;
    final Map<OperationId, List<OperationEvent>> events = new LinkedHashMap<>();
    final Map<OperationId, JsonObject> documents = new LinkedHashMap<>();

    /** What becomes of a job; others are cancelled or cleared. */
    final Map<String, String> fates = new LinkedHashMap<>();

    FakeOperations(FakeRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public OperationHandle start(OperationRequest request) {
        var id = OperationId.of("op-%016x".formatted(events.size() + 1));
        boolean cancels = request instanceof OperationRequest.CancelAllJobs;
        var targets =
                runtime.jobs.values().stream()
                        .filter(job -> job.status.terminal() != cancels)
                        .map(job -> job.id.value())
                        .toList();
        runtime.calls.add("operation " + request.getClass().getSimpleName());
        var log = new ArrayList<OperationEvent>();
        events.put(id, log);
        happened(log, "operation_started", "", "running", "");
        var items = JsonObject.builder();
        int done = 0;
        int deferred = 0;
        int failed = 0;
        for (var target : targets) {
            var fate = fates.getOrDefault(target, cancels ? "cancelled" : "cleared");
            happened(log, "item_started", target, "running", "");
            var error = fate.equals("failed") ? "out of order" : "";
            switch (fate) {
                case "failed" -> failed++;
                case "cancellation_pending" -> deferred++;
                default -> {
                    done++;
                    if (!cancels) {
                        runtime.jobs.remove(JobId.of(target));
                    }
                }
            }
            var type =
                    switch (fate) {
                        case "failed" -> "item_failed";
                        case "cancellation_pending" -> "item_deferred";
                        default -> "item_completed";
                    };
            happened(log, type, target, fate, error);
            var item = JsonObject.builder().put("target", target).put("status", fate);
            items.put(target, (error.isEmpty() ? item : item.put("error", error)).build());
        }
        var status =
                deferred > 0 ? "waiting" : failed > 0 ? "completed_with_failures" : "completed";
        happened(log, deferred > 0 ? "operation_deferred" : "operation_completed", "", status, "");
        documents.put(
                id,
                JsonObject.builder()
                        .put("operation_id", id.value())
                        .put("kind", cancels ? "cancel_all_jobs" : "clear_jobs")
                        .put("status", status)
                        .put(
                                "counters",
                                JsonObject.builder()
                                        .put("total", targets.size())
                                        .put("finished", done + failed)
                                        .put("succeeded", done)
                                        .put("deferred", deferred)
                                        .put("failed", failed)
                                        .build())
                        .put("items", items.build())
                        .put("created_at", Timestamps.format(FakeRuntime.BEGIN))
                        .put("updated_at", Timestamps.format(FakeRuntime.BEGIN.plusSeconds(5)))
                        .build());
        return new OperationHandle(this, id);
    }

    private static void happened(
            List<OperationEvent> log, String type, String item, String status, String error) {
        Instant at = FakeRuntime.BEGIN.plusSeconds(log.size());
        var raw =
                JsonObject.builder()
                        .put("sequence", log.size() + 1)
                        .put("type", type)
                        .put("timestamp", Timestamps.format(at))
                        .put("status", status);
        if (!item.isEmpty()) {
            raw.put("item_id", item);
        }
        if (!error.isEmpty()) {
            raw.put("error", error);
        }
        log.add(OperationEvent.fromJson(raw.build()));
    }

    @Override
    public Optional<Operation> get(OperationId id) {
        return Optional.ofNullable(documents.get(id)).map(Operation::fromJson);
    }

    @Override
    public List<Operation> list(int limit) {
        return documents.values().stream()
                .map(document -> Operation.fromJson(document.without("items")))
                .toList()
                .reversed()
                .stream()
                .limit(limit)
                .toList();
    }

    @Override
    public OperationStream follow(OperationId id, long afterSequence) {
        if (!events.containsKey(id)) {
            throw new NoSuchEntityException(
                    ErrorCode.OPERATION_NOT_FOUND, "Operation " + id + " was not found", null);
        }
        var ahead =
                new ArrayDeque<>(
                        events.get(id).stream()
                                .filter(event -> event.sequence() > afterSequence)
                                .toList());
        return new OperationStream() {
            private EndReason reason = EndReason.OPEN;

            @Override
            public Optional<OperationEvent> next(Duration timeout) {
                var event = Optional.ofNullable(ahead.poll());
                if (event.map(OperationEvent::terminal).orElse(false)) {
                    reason = EndReason.TERMINAL_EVENT;
                }
                return event;
            }

            @Override
            public EndReason endReason() {
                return reason;
            }

            @Override
            public void close() {}
        };
    }
}
