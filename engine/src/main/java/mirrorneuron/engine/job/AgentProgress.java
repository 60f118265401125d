package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.Failure;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import mirrorneuron.engine.workflow.StepStatus;

/** How far one agent is, as part of a job's progress. */
final class AgentProgress {

    private AgentProgress() {}

    /** Where an agent counts in its step; each counts in one place. */
    enum Place {
        DONE,
        RUNNING,
        IDLE,
        READY,
        FAILED
    }

    static Place place(Job job, AgentState agent) {
        var step = agent.step;
        if (step != null && step.ended()) {
            return switch (step.status) {
                case FAILED -> Place.FAILED;
                case SKIPPED -> Place.IDLE;
                default -> Place.DONE;
            };
        }
        return switch (JobViews.status(job, agent)) {
            case RUNNING, BUSY, QUEUED, RESTARTING -> Place.RUNNING;
            case COMPLETED -> Place.DONE;
            case ERROR -> Place.FAILED;
            case READY -> agent.processed > 0 && job.status().terminal() ? Place.DONE : Place.READY;
            case IDLE, PAUSED -> Place.IDLE;
        };
    }

    static JsonObject document(Job job, AgentState agent, ActivityViews activities, long nowMs) {
        var names = Names.of(agent);
        var report = agent.report;
        var status = JobViews.status(job, agent);
        boolean done = isDone(job, agent, status);
        long waiting = agent.depth() + (agent.inflight == null ? 0 : 1);
        long itemsDone = report.number("items_done").orElse(agent.processed);
        long itemsTotal =
                Math.max(itemsDone, report.number("items_total").orElse(agent.processed + waiting));
        var own = activities.ofAgent(agent.id().value());
        long tokens = report.number("tokens").orElse(report.number("tokens_used").orElse(0));
        var failure = failure(job, agent, status);
        return JsonObject.builder()
                .put("id", agent.id().value())
                .put("display_name", names.shown())
                .put("alias", names.alias().orElse(""))
                .put("role", names.role().orElse(""))
                .put("working_on", workingOn(agent))
                .put("model", report.text("model").orElse("runtime"))
                .put("assigned_node", JobViews.assignedNode(job))
                .put("status", status.shown().wire())
                .put("progress", number(progress(agent, done, itemsDone, itemsTotal)))
                .put("progress_source", source(agent, done))
                .put("items_done", itemsDone)
                .put("items_total", itemsTotal)
                .put("live", agent.runsOutside())
                .put("mailbox_depth", agent.depth())
                .put("tokens", tokens)
                .put("tokens_used", report.number("tokens_used").orElse(tokens))
                .put("token_budget", report.number("token_budget").orElse(0))
                .put("tools", report.number("tools").orElse(0))
                .put("elapsed_seconds", number(elapsed(agent, done, nowMs)))
                .put("started_at", time(agent.startedAt))
                .put("ended_at", time(done ? agent.lastEventAt : 0))
                .put("last_event_at", time(agent.lastEventAt))
                .put("retry_at", time(retryAt(agent)))
                .put("deadline_at", time(agent.runsOutside() ? deadline(agent) : 0))
                .put("heartbeat_deadline_at", time(agent.runsOutside() ? heartbeat(agent) : 0))
                .put("attempt", attempt(agent))
                .put("attempt_id", attemptId(agent))
                .put(
                        "status_reason",
                        agent.lastError.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL))
                .put("failure", orNull(failure))
                .put("activity_summary", summary(agent, own))
                .put("last_activity", activities.last(own))
                .put("recent_events", activities.documents(own))
                .build();
    }

    /** What is wrong with the agent now; empty when nothing is. */
    static Optional<Failure> failure(Job job, AgentState agent, AgentStatus status) {
        if (status != AgentStatus.ERROR || agent.lastError.isEmpty()) {
            return Optional.empty();
        }
        // What went wrong with the message may have been another thing than its last command.
        var failed =
                agent.lastResult.string("error").equals(agent.lastError)
                        ? agent.lastResult
                        : JsonObject.empty();
        var why = failed.string("cause").orElse("handler_failed");
        var details =
                JsonObject.builder()
                        .put("message", agent.lastError.get())
                        .put("category", Cause.category(why))
                        .put("retryable", false)
                        .put("reason_type", why)
                        .put("component", agent.vertex.spec().agentType().wire())
                        .put("agent_id", agent.id().value())
                        .put("node", JobViews.assignedNode(job));
        if (failed.at("exit_code") instanceof JsonNumber code) {
            details.put("exit_code", code);
        }
        return Optional.of(
                Failure.of(
                                "runtime.agent.failed",
                                "Agent " + agent.id() + " could not handle its last message",
                                details.build(),
                                Instant.ofEpochMilli(agent.lastEventAt),
                                "")
                        .within("", Optional.of(job.traceId()), Optional.empty()));
    }

    private static boolean isDone(Job job, AgentState agent, AgentStatus status) {
        if (agent.step != null && agent.step.ended()) {
            return agent.processed > 0 && agent.step.status != StepStatus.FAILED;
        }
        return agent.processed > 0
                && (status == AgentStatus.COMPLETED || job.status().terminal() && agent.quiet());
    }

    private static double progress(
            AgentState agent, boolean done, long itemsDone, long itemsTotal) {
        if (done) {
            return 1;
        }
        double items = itemsTotal == 0 ? 0 : (double) itemsDone / itemsTotal;
        return agent.report.progress().orElse(items);
    }

    private static String source(AgentState agent, boolean done) {
        if (done) {
            return "complete";
        }
        return agent.report.progress().isPresent() ? "explicit" : "estimated";
    }

    private static String workingOn(AgentState agent) {
        var inflight = agent.inflight;
        return inflight == null
                ? ""
                : agent.report.text("working_on").orElse(inflight.entry().message().type());
    }

    private static String summary(AgentState agent, List<Activity> own) {
        if (agent.inflight != null && agent.report.text("message").isPresent()) {
            return agent.report.text("message").get();
        }
        if (!own.isEmpty()) {
            return ActivityViews.sentence(own.getLast());
        }
        return agent.processed == 0
                ? "Nothing yet"
                : "Handled " + agent.processed + (agent.processed == 1 ? " message" : " messages");
    }

    private static double elapsed(AgentState agent, boolean done, long nowMs) {
        if (agent.startedAt == 0) {
            return 0;
        }
        boolean over = done || agent.inflight == null;
        return ((over ? agent.lastEventAt : nowMs) - agent.startedAt) / 1_000.0;
    }

    static long retryAt(AgentState agent) {
        if (agent.restartAt > 0) {
            return agent.restartAt;
        }
        var inflight = agent.inflight;
        return inflight != null && inflight.phase() == Phase.RETRY ? inflight.retryAt() : 0;
    }

    private static long deadline(AgentState agent) {
        return agent.step == null ? 0 : agent.step.deadlineAt;
    }

    private static long heartbeat(AgentState agent) {
        return agent.step == null ? 0 : agent.step.heartbeatAt;
    }

    static JsonValue attempt(AgentState agent) {
        return agent.inflight == null ? JsonNull.NULL : JsonNumber.of(agent.inflight.attempt());
    }

    static JsonValue attemptId(AgentState agent) {
        return agent.inflight == null || agent.inflight.attemptId().isEmpty()
                ? JsonNull.NULL
                : new JsonString(agent.inflight.attemptId());
    }

    static JsonValue orNull(Optional<Failure> failure) {
        return failure.<JsonValue>map(Failure::toJson).orElse(JsonNull.NULL);
    }

    static JsonValue time(long atMs) {
        return atMs > 0 ? EventViews.time(atMs) : JsonNull.NULL;
    }

    static JsonNumber number(double value) {
        return value == Math.rint(value) ? JsonNumber.of((long) value) : JsonNumber.of(value);
    }

    /** How many agents are at each place, under the names of a progress document. */
    static JsonObject.Builder counts(Job job, Iterable<AgentState> agents, String suffix) {
        var counts = new int[Place.values().length];
        int total = 0;
        for (var agent : agents) {
            counts[place(job, agent).ordinal()]++;
            total++;
        }
        var json = JsonObject.builder();
        for (var place : Place.values()) {
            json.put(place.name().toLowerCase(Locale.ROOT) + suffix, counts[place.ordinal()]);
        }
        return json.put("total" + suffix, total);
    }

    static JsonArray documents(
            Job job, Iterable<AgentState> agents, ActivityViews activities, long nowMs) {
        var documents = new ArrayList<JsonValue>();
        for (var agent : agents) {
            documents.add(document(job, agent, activities, nowMs));
        }
        return JsonArray.of(documents);
    }
}
