package mirrorneuron.engine.job;

import static mirrorneuron.engine.job.AgentProgress.number;
import static mirrorneuron.engine.job.AgentProgress.time;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/** How far a job is, step by step. A pure function of the state and the time. */
public final class ProgressViews {

    private static final String SCHEMA = "mn.workflow_progress.v1";
    private static final int MESSAGES_MAX = 8;

    private ProgressViews() {}

    public static WorkflowProgress of(Job job, long nowMs) {
        var activities = new ActivityViews(job);
        var plan = job.hasSteps() ? ProgressPlan.ofSteps(job.ledger()) : ProgressPlan.ofAgents(job);
        var steps = new ArrayList<WorkflowProgress.Step>();
        if (job.hasSteps()) {
            for (var step : job.ledger().steps()) {
                steps.add(StepProgress.of(job, step, plan, activities, nowMs));
            }
        } else {
            for (var agent : job.agents()) {
                steps.add(StepProgress.of(job, agent, plan, activities, nowMs));
            }
        }
        double percent = percent(job);
        return new WorkflowProgress(
                job.id(),
                job.status(),
                job.sequence(),
                percent,
                job.hasSteps(),
                steps,
                plan.layers(),
                raw(job, steps, plan, activities, percent, nowMs));
    }

    private static JsonObject raw(
            Job job,
            List<WorkflowProgress.Step> steps,
            ProgressPlan plan,
            ActivityViews activities,
            double percent,
            long nowMs) {
        var record = JobViews.record(job, JsonObject.empty());
        var graphId = job.graph().manifest().graphId();
        var current =
                steps.stream().filter(step -> step.raw().bool("current").orElse(false)).toList();
        long until = job.endedAt > 0 ? job.endedAt : nowMs;
        var raw =
                JsonObject.builder()
                        .put("schema_version", SCHEMA)
                        .put("job_id", job.id().value())
                        .put("workflow_id", workflowId(job))
                        .put("name", record.string("job_name").orElse(graphId))
                        .put("description", description(job))
                        .put("run_id", record.at("run_id"))
                        .put("status", job.status().shown().wire())
                        .put("sequence", job.sequence())
                        .put("workflow_kind", isService(job) ? "service" : "batch")
                        .put("progress_source", source(job))
                        .put("percent", number(percent))
                        .put("trace_id", record.at("trace_id"));
        JobViews.failure(job).ifPresent(failure -> raw.put("failure", failure.toJson()));
        return raw.put("generated_at", time(nowMs))
                .put("submitted_at", time(job.submittedAt))
                .put("elapsed_seconds", number((until - job.submittedAt) / 1_000.0))
                .put("agent_count", AgentProgress.counts(job, job.agents(), "").build())
                .put(
                        "current_step_id",
                        current.isEmpty() ? JsonNull.NULL : new JsonString(current.getFirst().id()))
                .put(
                        "current_step_ids",
                        JsonArray.ofStrings(
                                current.stream().map(WorkflowProgress.Step::id).toList()))
                .put("current_step", current.isEmpty() ? JsonNull.NULL : current.getFirst().raw())
                .put("steps", JsonArray.of(steps.stream().map(WorkflowProgress.Step::raw).toList()))
                .put("edges", plan.edges())
                .put(
                        "layers",
                        JsonArray.of(plan.layers().stream().map(JsonArray::ofStrings).toList()))
                .put("messages", JsonArray.ofStrings(messages(job, current, nowMs)))
                .put("recent_events", activities.ofJob())
                .build();
    }

    private static String workflowId(Job job) {
        var manifest = job.graph().manifest();
        var workflow = manifest.raw().object("workflow");
        return workflow.string("workflow_id")
                .or(() -> workflow.string("id"))
                .filter(id -> !id.isBlank())
                .orElse(manifest.graphId());
    }

    private static String description(Job job) {
        var raw = job.graph().manifest().raw();
        return Stream.of(
                        raw, raw.object("workflow"), raw.object("identity"), raw.object("metadata"))
                .map(part -> part.string("description"))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("");
    }

    private static boolean isService(Job job) {
        return switch (job.graph().manifest().jobType()) {
            case "service", "system" -> true;
            default -> false;
        };
    }

    /** What is being done; or else why nothing is. */
    private static List<String> messages(Job job, List<WorkflowProgress.Step> current, long nowMs) {
        return current.isEmpty()
                ? List.of(Explain.job(job, nowMs).sentence())
                : current.stream()
                        .limit(MESSAGES_MAX)
                        .map(step -> step.label() + ": " + step.reason())
                        .toList();
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
        double done = 0;
        double all = 0;
        if (job.hasSteps()) {
            all = job.ledger().steps().size();
            for (var step : job.ledger().steps()) {
                done += step.ended() ? 1 : StepProgress.reported(step);
            }
        } else {
            for (var agent : job.agents()) {
                done += agent.processed;
            }
            all = done + job.pending;
        }
        return all == 0 ? 0 : Math.min(99, Math.floor(1_000.0 * done / all) / 10);
    }
}
