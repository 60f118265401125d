package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.StepStatus;

/** How far a job is, step by step. A pure function of the state and the time. */
public final class ProgressViews {

    private static final String SCHEMA = "mn.workflow_progress.v1";

    private ProgressViews() {}

    public static WorkflowProgress of(Job job, long nowMs) {
        var steps = job.hasSteps() ? steps(job, nowMs) : agentsAsSteps(job, nowMs);
        var layers = job.hasSteps() ? layers(job.ledger()) : List.<List<String>>of();
        double percent = percent(job);
        return new WorkflowProgress(
                job.id(),
                job.status(),
                job.sequence(),
                percent,
                steps,
                layers,
                raw(job, steps, layers, percent, nowMs));
    }

    private static JsonObject raw(
            Job job,
            List<WorkflowProgress.Step> steps,
            List<List<String>> layers,
            double percent,
            long nowMs) {
        var manifest = job.graph().manifest();
        var current =
                steps.stream().filter(step -> step.raw().bool("current").orElse(false)).toList();
        long until = job.endedAt > 0 ? job.endedAt : nowMs;
        var raw =
                JsonObject.builder()
                        .put("schema_version", SCHEMA)
                        .put("job_id", job.id().value())
                        .put("workflow_id", manifest.graphId())
                        .put("name", job.name())
                        .put("description", manifest.raw().string("description").orElse(""))
                        .put("run_id", job.runId())
                        .put("status", job.status().wire())
                        .put("sequence", job.sequence())
                        .put(
                                "workflow_kind",
                                manifest.jobType().startsWith("s")
                                                && !manifest.jobType().equals("sysbatch")
                                        ? "service"
                                        : "batch")
                        .put("progress_source", source(job))
                        .put("percent", number(percent))
                        .put("trace_id", JsonNull.NULL)
                        .put("generated_at", time(nowMs))
                        .put("submitted_at", time(job.submittedAt))
                        .put("elapsed_seconds", number((until - job.submittedAt) / 1_000.0))
                        .put("agent_count", agentCount(job))
                        .put(
                                "current_step_id",
                                current.isEmpty()
                                        ? JsonNull.NULL
                                        : new JsonString(current.getFirst().id()))
                        .put(
                                "current_step_ids",
                                JsonArray.ofStrings(
                                        current.stream().map(WorkflowProgress.Step::id).toList()))
                        .put(
                                "current_step",
                                current.isEmpty() ? JsonNull.NULL : current.getFirst().raw())
                        .put(
                                "steps",
                                JsonArray.of(
                                        steps.stream().map(WorkflowProgress.Step::raw).toList()))
                        .put("edges", edges(job))
                        .put(
                                "layers",
                                JsonArray.of(layers.stream().map(JsonArray::ofStrings).toList()))
                        .put(
                                "messages",
                                JsonArray.ofStrings(
                                        current.stream()
                                                .map(step -> step.label() + ": " + step.reason())
                                                .toList()))
                        .put("recent_events", JsonArray.empty());
        job.failure.ifPresent(failure -> raw.put("failure", failure.toJson()));
        return raw.build();
    }

    private static String source(Job job) {
        if (job.status() == JobStatus.COMPLETED) {
            return "complete";
        }
        return job.hasSteps() ? "explicit" : "estimated";
    }

    private static double percent(Job job) {
        if (job.status() == JobStatus.COMPLETED) {
            return 100;
        }
        if (job.hasSteps()) {
            int all = job.ledger().steps().size();
            int over = all - job.ledger().open;
            return all == 0 ? 0 : Math.min(99, Math.floor(1_000.0 * over / all) / 10);
        }
        long done = 0;
        for (var agent : job.agents()) {
            done += agent.processed;
        }
        long known = done + job.pending;
        return known == 0 ? 0 : Math.min(99, Math.floor(1_000.0 * done / known) / 10);
    }

    private static JsonObject agentCount(Job job) {
        var counts = new TreeMap<String, Integer>();
        for (var name : List.of("done", "running", "idle", "ready", "failed")) {
            counts.put(name, 0);
        }
        for (var agent : job.agents()) {
            counts.merge(word(JobViews.status(job, agent)), 1, Integer::sum);
        }
        var json = JsonObject.builder();
        counts.forEach(json::put);
        return json.put("total", job.agents().size()).build();
    }

    private static String word(AgentStatus status) {
        return switch (status.wire()) {
            case "running", "busy", "queued", "restarting" -> "running";
            case "completed" -> "done";
            case "error" -> "failed";
            case "ready" -> "ready";
            default -> "idle";
        };
    }

    // Steps

    private static List<WorkflowProgress.Step> steps(Job job, long nowMs) {
        var ledger = job.ledger();
        var layer = layerOf(ledger);
        var steps = new ArrayList<WorkflowProgress.Step>(ledger.steps().size());
        for (var step : ledger.steps()) {
            var status = shown(job, step);
            var reason = StepExplain.waitsFor(job, step);
            steps.add(
                    new WorkflowProgress.Step(
                            step.id,
                            step.label(),
                            status,
                            step.attempt,
                            reason,
                            step(job, step, status, reason, layer.getOrDefault(step, 0), nowMs)));
        }
        return steps;
    }

    /** What was open when the job was cancelled is cancelled too. */
    private static String shown(Job job, StepState step) {
        boolean cut =
                !step.ended()
                        && (job.status() == JobStatus.CANCELLED
                                || job.status() == JobStatus.FAILED);
        return cut ? "cancelled" : job.ledger().shown(job, step).wire();
    }

    private static JsonObject step(
            Job job, StepState step, String status, String reason, int layer, long nowMs) {
        boolean live =
                !job.status().terminal()
                        && (step.status == StepStatus.RUNNING
                                || step.status == StepStatus.WAITING
                                || step.status == StepStatus.RETRY_WAIT);
        long until = step.endedAt > 0 ? step.endedAt : job.endedAt > 0 ? job.endedAt : nowMs;
        int total = step.agents.size();
        int running = (int) step.agents.stream().filter(AgentState::runsOutside).count();
        int done = step.status == StepStatus.COMPLETED ? total : 0;
        int failed = step.status == StepStatus.FAILED ? total : 0;
        return JsonObject.builder()
                .put("id", step.id)
                .put("label", step.label())
                .put("goal", "")
                .put("status", status)
                .put("current", live)
                .put(
                        "parents",
                        JsonArray.ofStrings(step.in.stream().map(link -> link.from().id).toList()))
                .put(
                        "children",
                        JsonArray.ofStrings(step.out.stream().map(link -> link.to().id).toList()))
                .put("requires", JsonArray.empty())
                .put("provides", JsonArray.empty())
                .put("layer", layer)
                .put("done_count", done)
                .put("running_count", running)
                .put("idle_count", total - done - running - failed)
                .put("ready_count", 0)
                .put("failed_count", failed)
                .put("total_count", total)
                .put("live", live)
                .put(
                        "elapsed_seconds",
                        number(step.startedAt > 0 ? (until - step.startedAt) / 1_000.0 : 0))
                .put("started_at", time(step.startedAt))
                .put("ended_at", time(step.endedAt))
                .put("last_event_at", time(step.lastEventAt))
                .put("retry_at", time(step.retryAt))
                .put("deadline_at", time(step.deadlineAt))
                .put("heartbeat_deadline_at", time(step.heartbeatAt))
                .put("attempt", step.attempt > 0 ? JsonNumber.of(step.attempt) : JsonNull.NULL)
                .put(
                        "attempt_id",
                        step.attempt > 0 ? new JsonString(step.attemptId()) : JsonNull.NULL)
                .put("status_reason", reason)
                .put(
                        "failure",
                        step.failure
                                .<JsonValue>map(failure -> failure.toJson())
                                .orElse(JsonNull.NULL))
                .put("progress_source", step.ended() ? "complete" : "explicit")
                .put("activity_summary", reason)
                .put("last_activity", JsonNull.NULL)
                .put("recent_events", JsonArray.empty())
                .put("agents", JsonArray.of(step.agents.stream().map(a -> agent(job, a)).toList()))
                .build();
    }

    private static JsonObject agent(Job job, AgentState agent) {
        var spec = agent.vertex.spec();
        return JsonObject.builder()
                .put("id", agent.id().value())
                .put("display_name", agent.id().value())
                .put("alias", "")
                .put("role", spec.role().orElse(""))
                .put("working_on", "")
                .put("model", "runtime")
                .put("assigned_node", job.node.isEmpty() ? "unassigned" : job.node)
                .put("status", JobViews.status(job, agent).wire())
                .put("progress", number(agent.processed > 0 && agent.inflight == null ? 1 : 0))
                .put("progress_source", "estimated")
                .put("items_done", agent.processed)
                .put(
                        "items_total",
                        agent.processed + agent.depth() + (agent.inflight == null ? 0 : 1))
                .put("live", agent.runsOutside())
                .put("mailbox_depth", agent.depth())
                .put("tokens", 0)
                .put("tokens_used", 0)
                .put("token_budget", 0)
                .put("tools", 0)
                .put("elapsed_seconds", number(0))
                .put(
                        "status_reason",
                        agent.lastError.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL))
                .put("failure", JsonNull.NULL)
                .put("activity_summary", "")
                .put("last_activity", JsonNull.NULL)
                .put("recent_events", JsonArray.empty())
                .build();
    }

    /** A job of messages shows each agent as a step, so that one page serves both kinds. */
    private static List<WorkflowProgress.Step> agentsAsSteps(Job job, long nowMs) {
        var steps = new ArrayList<WorkflowProgress.Step>(job.agents().size());
        for (var agent : job.agents()) {
            var status = agentAsStep(job, agent);
            var reason =
                    Explain.agent(job, agent.id(), nowMs)
                            .map(explanation -> explanation.sentence())
                            .orElse("");
            steps.add(
                    new WorkflowProgress.Step(
                            agent.id().value(),
                            agent.id().value(),
                            status,
                            0,
                            reason,
                            JsonObject.builder()
                                    .put("id", agent.id().value())
                                    .put("label", agent.id().value())
                                    .put("goal", "")
                                    .put("status", status)
                                    .put("current", status.equals("running"))
                                    .put("status_reason", reason)
                                    .put("agents", JsonArray.of(agent(job, agent)))
                                    .build()));
        }
        return steps;
    }

    private static String agentAsStep(Job job, AgentState agent) {
        if (agent.runsOutside()) {
            return "running";
        }
        if (!agent.mailbox.isEmpty() || agent.inflight != null) {
            return "queued";
        }
        if (agent.processed > 0) {
            return job.status().terminal() ? "completed" : "ready";
        }
        return "pending";
    }

    private static JsonArray edges(Job job) {
        if (!job.hasSteps()) {
            return JsonArray.empty();
        }
        var edges = new ArrayList<JsonValue>();
        for (var step : job.ledger().steps()) {
            for (var link : step.out) {
                edges.add(
                        JsonObject.builder()
                                .put("from", step.id)
                                .put("to", link.to().id)
                                .put("event", "")
                                .build());
            }
        }
        return JsonArray.of(edges);
    }

    private static List<List<String>> layers(Ledger ledger) {
        var layers = new TreeMap<Integer, List<String>>();
        layerOf(ledger)
                .forEach(
                        (step, layer) ->
                                layers.computeIfAbsent(layer, _ -> new ArrayList<>()).add(step.id));
        layers.values().forEach(ids -> ids.sort(null));
        return List.copyOf(layers.values());
    }

    /** The longest way from a step without parents: a parent's layer is always smaller. */
    private static Map<StepState, Integer> layerOf(Ledger ledger) {
        var layer = new HashMap<StepState, Integer>();
        var waits = new HashMap<StepState, Integer>();
        var open = new ArrayDeque<StepState>();
        for (var step : ledger.steps()) {
            waits.put(step, step.in.size());
            if (step.in.isEmpty()) {
                layer.put(step, 0);
                open.add(step);
            }
        }
        while (!open.isEmpty()) {
            var step = open.remove();
            int next = layer.getOrDefault(step, 0) + 1;
            for (var link : step.out) {
                layer.merge(link.to(), next, Math::max);
                if (waits.merge(link.to(), -1, Integer::sum) == 0) {
                    open.add(link.to());
                }
            }
        }
        return layer;
    }

    private static JsonValue time(long atMs) {
        return atMs > 0
                ? new JsonString(Timestamps.format(Instant.ofEpochMilli(atMs)))
                : JsonNull.NULL;
    }

    private static JsonNumber number(double value) {
        return value == Math.rint(value) ? JsonNumber.of((long) value) : JsonNumber.of(value);
    }
}
