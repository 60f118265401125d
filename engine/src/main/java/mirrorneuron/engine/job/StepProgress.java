package mirrorneuron.engine.job;

import static mirrorneuron.engine.job.AgentProgress.number;
import static mirrorneuron.engine.job.AgentProgress.time;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.workflow.StepStatus;

/** How far one step is; an agent of a job without steps is shown as one. */
final class StepProgress {

    private StepProgress() {}

    /** What differs between a step and an agent that is shown as one. */
    private record Shown(
            String id,
            String label,
            String goal,
            List<String> requires,
            List<String> provides,
            String status,
            boolean current,
            List<AgentState> agents,
            long startedAt,
            long endedAt,
            long lastEventAt,
            long retryAt,
            long deadlineAt,
            long heartbeatAt,
            JsonValue attempt,
            JsonValue attemptId,
            String reason,
            Optional<Failure> failure,
            String source,
            List<Activity> activities) {}

    static WorkflowProgress.Step of(
            Job job, StepState step, ProgressPlan plan, ActivityViews activities, long nowMs) {
        var status = status(job, step);
        var reason = StepExplain.waitsFor(job, step);
        boolean current =
                !job.status().terminal()
                        && (step.status == StepStatus.RUNNING
                                || step.status == StepStatus.WAITING
                                || step.status == StepStatus.RETRY_WAIT);
        var shown =
                new Shown(
                        step.id,
                        step.label(),
                        step.spec.goal(),
                        step.spec.requires(),
                        step.spec.provides(),
                        // To readers of pages a person who has to decide is an obstacle like
                        // others.
                        status.equals("waiting") ? "blocked" : status,
                        current,
                        step.agents,
                        step.startedAt,
                        step.endedAt,
                        step.lastEventAt,
                        step.retryAt,
                        step.deadlineAt,
                        step.heartbeatAt,
                        step.attempt > 0 ? JsonNumber.of(step.attempt) : JsonNull.NULL,
                        step.attempt > 0 ? new JsonString(step.attemptId()) : JsonNull.NULL,
                        reason,
                        JobViews.failure(job, step),
                        source(step),
                        activities.ofStep(step.id));
        return new WorkflowProgress.Step(
                step.id,
                step.label(),
                status,
                step.attempt,
                reason,
                document(job, shown, plan, activities, nowMs));
    }

    /** What was open when the job was cut short was cut with it. */
    private static String status(Job job, StepState step) {
        boolean cut =
                !step.ended()
                        && (job.status() == JobStatus.CANCELLED
                                || job.status() == JobStatus.FAILED);
        return cut ? "cancelled" : job.ledger().shown(job, step).wire();
    }

    private static String source(StepState step) {
        if (step.ended()) {
            return "complete";
        }
        return reported(step) > 0 ? "explicit" : "estimated";
    }

    /** How far the open attempt is by what its workers say, between 0 and 1; 0 when they do not. */
    static double reported(StepState step) {
        double sum = 0;
        if (step.status == StepStatus.RUNNING) {
            for (var agent : step.agents) {
                sum += agent.inflight == null ? 0 : agent.report.progress().orElse(0.0);
            }
        }
        return step.agents.isEmpty() ? 0 : sum / step.agents.size();
    }

    static WorkflowProgress.Step of(
            Job job, AgentState agent, ProgressPlan plan, ActivityViews activities, long nowMs) {
        var id = agent.id().value();
        var label = Names.of(agent).shown();
        var agentStatus = JobViews.status(job, agent);
        var status = status(job, agent, agentStatus);
        boolean over = status.equals("completed") || status.equals("failed");
        var reason =
                Explain.agent(job, agent.id(), nowMs)
                        .map(explanation -> explanation.sentence())
                        .orElse("");
        var shown =
                new Shown(
                        id,
                        label,
                        "",
                        List.of(),
                        List.of(),
                        status,
                        agent.runsOutside() || status.equals("retry_wait"),
                        List.of(agent),
                        agent.startedAt,
                        over ? agent.lastEventAt : 0,
                        agent.lastEventAt,
                        AgentProgress.retryAt(agent),
                        0,
                        0,
                        AgentProgress.attempt(agent),
                        AgentProgress.attemptId(agent),
                        reason,
                        AgentProgress.failure(job, agent, agentStatus),
                        over
                                ? "complete"
                                : agent.report.progress().isPresent() ? "explicit" : "estimated",
                        activities.ofAgent(id));
        int attempt = agent.inflight == null ? 0 : agent.inflight.attempt();
        return new WorkflowProgress.Step(
                id, label, status, attempt, reason, document(job, shown, plan, activities, nowMs));
    }

    private static String status(Job job, AgentState agent, AgentStatus status) {
        if (job.status().terminal()) {
            if (agent.processed > 0 || status == AgentStatus.ERROR) {
                return status == AgentStatus.ERROR ? "failed" : "completed";
            }
            return job.status() == JobStatus.COMPLETED ? "skipped" : "cancelled";
        }
        return switch (status) {
            case RUNNING -> "running";
            case RESTARTING -> "retry_wait";
            case QUEUED, BUSY -> isRetrying(agent) ? "retry_wait" : "queued";
            case PAUSED -> agent.quiet() ? "ready" : "blocked";
            case ERROR -> "failed";
            case COMPLETED -> "completed";
            case READY, IDLE ->
                    agent.processed > 0 || job.status() == JobStatus.RUNNING ? "ready" : "pending";
        };
    }

    private static boolean isRetrying(AgentState agent) {
        return agent.inflight != null && agent.inflight.phase() == Phase.RETRY;
    }

    private static JsonObject document(
            Job job, Shown step, ProgressPlan plan, ActivityViews activities, long nowMs) {
        long until = step.endedAt() > 0 ? step.endedAt() : job.endedAt > 0 ? job.endedAt : nowMs;
        return JsonObject.builder()
                .put("id", step.id())
                .put("label", step.label())
                .put("goal", step.goal())
                .put("status", step.status())
                .put("current", step.current())
                .put("parents", plan.parents(step.id()))
                .put("children", plan.children(step.id()))
                .put("requires", JsonArray.ofStrings(step.requires()))
                .put("provides", JsonArray.ofStrings(step.provides()))
                .put("layer", plan.layer(step.id()))
                .putAll(AgentProgress.counts(job, step.agents(), "_count").build())
                .put("live", step.current())
                .put(
                        "elapsed_seconds",
                        number(step.startedAt() > 0 ? (until - step.startedAt()) / 1_000.0 : 0))
                .put("started_at", time(step.startedAt()))
                .put("ended_at", time(step.endedAt()))
                .put("last_event_at", time(step.lastEventAt()))
                .put("retry_at", time(step.retryAt()))
                .put("deadline_at", time(step.deadlineAt()))
                .put("heartbeat_deadline_at", time(step.heartbeatAt()))
                .put("attempt", step.attempt())
                .put("attempt_id", step.attemptId())
                .put(
                        "status_reason",
                        step.reason().isEmpty() ? JsonNull.NULL : new JsonString(step.reason()))
                .put("failure", AgentProgress.orNull(step.failure()))
                .put("progress_source", step.source())
                .put(
                        "activity_summary",
                        step.activities().isEmpty()
                                ? step.reason()
                                : ActivityViews.sentence(step.activities().getLast()))
                .put("last_activity", activities.last(step.activities()))
                .put("recent_events", activities.documents(step.activities()))
                .put("agents", AgentProgress.documents(job, step.agents(), activities, nowMs))
                .build();
    }
}
