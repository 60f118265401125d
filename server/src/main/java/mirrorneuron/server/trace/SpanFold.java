package mirrorneuron.server.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.server.http.TraceParent;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a job as a fold over its events: the same events give the same spans. A job has
 * steps, a step attempts, and each message that an agent works on is an attempt too, with the run
 * of its worker inside. Used by one thread.
 *
 * <p>The ids of jobs, steps and attempts are those that the events carry.
 */
final class SpanFold {

    private final JobId job;
    private final String runId;
    private final String traceId;
    private final Optional<String> callerId;

    /** Spans that have begun, by their scope; the job's own comes first. */
    private final SequencedMap<String, Open> open = new LinkedHashMap<>();

    /** The span that an agent's work belongs to; the job's where there is none. */
    private final Map<String, String> scopes = new HashMap<>();

    /** Scope of the attempt that works on a message, by the message. */
    private final Map<String, String> attempts = new HashMap<>();

    /** An attempt that gave its slots back; the next event says whether it had failed. */
    private @Nullable String released;

    SpanFold(JobId job, String runId, String traceId, Optional<TraceParent> caller) {
        this.job = job;
        this.runId = runId;
        this.traceId = traceId;
        this.callerId = caller.map(TraceParent::spanId);
    }

    private static final class Open {

        final String spanId;
        final Optional<String> parentId;
        final String name;
        final Instant start;
        final Map<String, String> attributes = new TreeMap<>();

        /** What an attempt works on; empty for everything else. */
        String message = "";

        Open(String spanId, Optional<String> parentId, String name, Instant start) {
            this.spanId = spanId;
            this.parentId = parentId;
            this.name = name;
            this.start = start;
        }
    }

    private static final String JOB = "";

    private static final Set<String> ENDS_OF_STEPS =
            Set.of(
                    "workflow_step_completed",
                    "workflow_step_partial",
                    "workflow_step_skipped",
                    "workflow_step_failed");

    private static final Set<String> OTHERS =
            Set.of(
                    "job_pending",
                    "agent_message_received",
                    "workflow_step_started",
                    "workflow_step_attempt_started",
                    "workflow_step_attempt_completed",
                    "workflow_step_attempt_timed_out",
                    "workflow_step_attempt_retry_scheduled",
                    "executor_lease_requested",
                    "message_dispatched",
                    "executor_lease_acquired",
                    "executor_lease_released",
                    "executor_lease_rejected",
                    "message_acked",
                    "message_returned");

    /** The spans that an event ends, the inner ones first. */
    List<Span> add(RuntimeEvent event) {
        var ended = new ArrayList<Span>();
        settleReleased(event, ended);
        if (!OTHERS.contains(event.type())
                && !ENDS_OF_STEPS.contains(event.type())
                && !event.terminal()) {
            return ended;
        }
        var line = new Line(EventLine.of(event, job, runId, traceId));
        var at = event.timestamp();
        switch (event.type()) {
            case "job_pending" -> {
                var root = new Open(span(line), callerId, "job", at);
                line.text("graph_id").ifPresent(id -> root.attributes.put("mn.graph_id", id));
                root.attributes.put("mn.run_id", runId);
                open.put(JOB, root);
            }
            case "agent_message_received" -> inherit(line);
            case "workflow_step_started" ->
                    begin("step:" + line.step, "step " + line.step, JOB, line, at);
            case "workflow_step_attempt_started" -> {
                var scope = "attempt:" + line.attempt;
                begin(scope, "attempt " + line.step, "step:" + line.step, line, at);
                scopes.put(line.agent, scope);
            }
            case "workflow_step_attempt_completed" ->
                    end("attempt:" + line.attempt, at, Optional.empty(), ended);
            case "workflow_step_attempt_timed_out" ->
                    end(
                            "attempt:" + line.attempt,
                            at,
                            Optional.of("timed out: " + line.text("kind").orElse("")),
                            ended);
            case "workflow_step_attempt_retry_scheduled" ->
                    end("attempt:" + line.attempt, at, line.text("error"), ended);
            case "executor_lease_requested", "message_dispatched" -> attempt(line, at, ended);
            case "executor_lease_acquired" -> worker(line, at);
            case "executor_lease_released" -> {
                end("worker:" + line.leased(job), at, Optional.empty(), ended);
                released = "attempt:" + line.leased(job);
            }
            case "executor_lease_rejected" ->
                    end("attempt:" + line.attempt, at, line.text("reason"), ended);
            case "message_acked", "message_returned" -> {
                var scope = attempts.remove(line.text("message_id").orElse(""));
                if (scope != null) {
                    end(scope, at, Optional.empty(), ended);
                }
            }
            default -> {
                if (ENDS_OF_STEPS.contains(event.type())) {
                    stepEnded(event.type(), line, at, ended);
                } else if (event.terminal()) {
                    jobEnded(event, line, at, ended);
                }
            }
        }
        return ended;
    }

    /** What of an event is looked at. */
    private static final class Line {

        final JsonObject json;
        final String step;
        final String agent;
        final String attempt;

        Line(JsonObject json) {
            this.json = json;
            this.step = json.string("step_id").orElse("");
            this.agent = json.string("agent_id").orElse("");
            this.attempt = json.object("payload").string("attempt_id").orElse("");
        }

        Optional<String> text(String name) {
            return json.object("payload").string(name).filter(text -> !text.isBlank());
        }

        Optional<String> number(String name) {
            return json.object("payload").at(name) instanceof JsonNumber number
                    ? Optional.of(number.toString())
                    : Optional.empty();
        }

        /** The attempt that an event about a lease names in one way or the other. */
        String leased(JobId job) {
            var prefix = job.value() + "/";
            return attempt.isEmpty()
                    ? text("lease_id")
                            .filter(lease -> lease.startsWith(prefix))
                            .map(lease -> lease.substring(prefix.length()))
                            .orElse("")
                    : attempt;
        }
    }

    private static String span(Line line) {
        return TraceIds.span(line.json.string("span_id").orElseThrow());
    }

    /** Who works on what another sent works for the same attempt of a step. */
    private void inherit(Line line) {
        var scope = scopes.get(line.text("from").orElse(""));
        if (scope != null && open.containsKey(scope)) {
            scopes.put(line.agent, scope);
        }
    }

    private void attempt(Line line, Instant at, List<Span> ended) {
        var scope = "attempt:" + line.attempt;
        var message = line.text("message_id").orElse("");
        var earlier = attempts.put(message, scope);
        if (earlier != null && !earlier.equals(scope)) {
            end(earlier, at, Optional.of("interrupted"), ended);
        }
        var around = scopes.getOrDefault(line.agent, JOB);
        begin(scope, "attempt " + line.agent, around, line, at);
        var begun = open.get(scope);
        if (begun != null) {
            begun.message = message;
        }
    }

    private void worker(Line line, Instant at) {
        // Events about it carry the attempt's span; the worker's own is made like that one.
        var scope = "worker:" + line.attempt;
        var outer = open.get("attempt:" + line.attempt);
        if (outer == null) {
            return;
        }
        var worker =
                new Open(
                        TraceIds.span(RunIds.span(job, scope)),
                        Optional.of(outer.spanId),
                        "worker " + line.agent,
                        at);
        describe(worker, line);
        line.number("queue_wait_ms")
                .ifPresent(wait -> worker.attributes.put("mn.queue_wait_ms", wait));
        open.put(scope, worker);
    }

    private void settleReleased(RuntimeEvent event, List<Span> ended) {
        var scope = released;
        released = null;
        if (scope != null) {
            boolean failed =
                    event.type().equals("executor_retry_scheduled")
                            || event.type().equals("sandbox_job_failed");
            end(
                    scope,
                    event.timestamp(),
                    failed
                            ? Optional.of(event.payload().string("error").orElse("failed"))
                            : Optional.empty(),
                    ended);
        }
    }

    private void stepEnded(String type, Line line, Instant at, List<Span> ended) {
        var failure =
                type.equals("workflow_step_failed")
                        ? Optional.of(line.text("reason").orElse(type))
                        : Optional.<String>empty();
        if (!line.attempt.isEmpty()) {
            end("attempt:" + line.attempt, at, failure, ended);
        }
        var step = open.get("step:" + line.step);
        if (step != null) {
            line.text("status").ifPresent(status -> step.attributes.put("mn.status", status));
            line.text("outcome").ifPresent(outcome -> step.attributes.put("mn.outcome", outcome));
        }
        end("step:" + line.step, at, failure, ended);
    }

    private void jobEnded(RuntimeEvent event, Line line, Instant at, List<Span> ended) {
        var root = open.get(JOB);
        if (root != null) {
            root.attributes.put("mn.status", event.type().substring("job_".length()));
        }
        for (var scope : List.copyOf(open.sequencedKeySet().reversed())) {
            end(
                    scope,
                    at,
                    scope.equals(JOB) && event.type().equals("job_failed")
                            ? Optional.of(line.text("error").orElse("failed"))
                            : Optional.empty(),
                    ended);
        }
    }

    private void begin(String scope, String name, String parent, Line line, Instant at) {
        if (open.containsKey(scope)) {
            return;
        }
        var outer = open.getOrDefault(parent, open.get(JOB));
        if (outer == null) {
            return;
        }
        var begun = new Open(span(line), Optional.of(outer.spanId), name, at);
        describe(begun, line);
        open.put(scope, begun);
    }

    private static void describe(Open span, Line line) {
        Map.of("mn.step_id", line.step, "mn.agent_id", line.agent, "mn.attempt_id", line.attempt)
                .forEach(
                        (name, value) -> {
                            if (!value.isEmpty()) {
                                span.attributes.put(name, value);
                            }
                        });
        line.number("attempt").ifPresent(number -> span.attributes.put("mn.attempt", number));
    }

    private void end(String scope, Instant at, Optional<String> failure, List<Span> ended) {
        var span = open.remove(scope);
        if (span == null) {
            return;
        }
        attempts.remove(span.message, scope);
        span.attributes.put("mn.job_id", job.value());
        ended.add(
                new Span(
                        TraceIds.trace(traceId),
                        span.spanId,
                        span.parentId,
                        span.name,
                        span.start,
                        at,
                        failure.map(Redaction::inText),
                        span.attributes));
    }
}
