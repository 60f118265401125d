package mirrorneuron.engine.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.job.JobEvent.Output;
import mirrorneuron.engine.job.JobEvent.RouteNote;
import mirrorneuron.engine.job.JobEvent.RouteNote.Verdict;
import mirrorneuron.engine.manifest.AgentType;
import mirrorneuron.engine.manifest.Backpressure;
import mirrorneuron.engine.worker.StructuredResult.Note;

/**
 * The lines that people read, rendered from facts. Nothing but the fact is looked at, so any reader
 * can render any part of a log.
 *
 * <p>{@link #count} must say how many lines {@link #render} makes, without making them: it runs for
 * every fact, and the numbers of all later lines rest on it.
 */
public final class EventViews {

    /**
     * Agents that one line names at most: all of a manifest of the default limits. A job with more
     * of them, in groups or by limits of its own, would have lines of megabytes.
     */
    static final int AGENTS_NAMED_MAX = 5_000;

    private EventViews() {}

    /** The lines of a fact whose first line has this sequence number. */
    public static List<RuntimeEvent> render(JobId job, JobEvent event, long firstSequence) {
        var lines = new Lines(job, event.atMs(), firstSequence);
        render(event, lines);
        return lines.events;
    }

    /** How many lines the fact makes; at least one. */
    public static int count(JobEvent event) {
        return switch (event) {
            case JobEvent.Submitted _, JobEvent.Started _, JobEvent.PausedForReview _ -> 2;
            case JobEvent.Recovered recovered -> 2 + 2 * recovered.requeued().size();
            case JobEvent.AttemptFailed failed -> isBeaconMissed(failed) ? 3 : 2;
            case JobEvent.Returned _ -> 1;
            case JobEvent.Handled handled ->
                    1
                            + changeLines(handled.change())
                            + outputLines(handled.outputs(), handled.routes())
                            + handled.notes().size();
            case JobEvent.Progressed progressed ->
                    1
                            + outputLines(progressed.outputs(), progressed.routes())
                            + progressed.notes().size();
            case JobEvent.SourcesEnded ended -> 1 + outputLines(ended.outputs(), ended.routes());
            case JobEvent.Completed completed -> completed.agent().isPresent() ? 2 : 1;
            case StepEvent step -> StepViews.count(step);
            case JobEvent.Replayed _ -> 2;
            case JobEvent.Released _,
                    JobEvent.Woken _,
                    JobEvent.Seeded _,
                    JobEvent.Accepted _,
                    JobEvent.AgentStarted _,
                    JobEvent.Dispatched _,
                    JobEvent.LeaseRequested _,
                    JobEvent.AttemptStarted _,
                    JobEvent.LeaseRejected _,
                    JobEvent.DeliveryRetried _,
                    JobEvent.DeadLettered _,
                    JobEvent.PressureChanged _,
                    JobEvent.StreamGap _,
                    JobEvent.RestartScheduled _,
                    JobEvent.Restarted _,
                    JobEvent.Noted _,
                    JobEvent.Told _,
                    JobEvent.AgentCompleted _,
                    JobEvent.CompletionDeferred _,
                    JobEvent.Pausing _,
                    JobEvent.Paused _,
                    JobEvent.Resumed _,
                    JobEvent.Cancelling _,
                    JobEvent.Cancelled _,
                    JobEvent.Failed _,
                    JobEvent.Restored _ ->
                    1;
        };
    }

    private static int changeLines(Change change) {
        return switch (change) {
            case Change.Forwarded _, Change.HandledByModule _ -> 0;
            case Change.Collected _,
                    Change.Aggregated _,
                    Change.DuplicateIgnored _,
                    Change.Late _,
                    Change.Observed _,
                    Change.Gathered _ ->
                    1;
            case Change.Ran ran -> ran.fallback() ? 0 : 2;
        };
    }

    static int outputLines(List<Output> outputs, List<RouteNote> routes) {
        int lines = routes.size();
        for (var output : outputs) {
            lines += output.edgeId().isEmpty() ? 0 : 1;
            lines += output.dueAtMs() > 0 ? 0 : 1;
            lines += output.edgeId().isEmpty() && output.dueAtMs() > 0 ? 1 : 0;
        }
        return lines;
    }

    /** {@code type(agent)} of the fact's last line, or {@code type} when it concerns no agent. */
    static String label(JobEvent event) {
        var lines = new Lines(JobId.of("-"), event.atMs(), 1);
        lines.lastOnly = true;
        render(event, lines);
        var last = lines.events.getLast();
        return last.agentId().map(agent -> last.type() + "(" + agent + ")").orElse(last.type());
    }

    /** True when the fact has to be kept until the job has ended, whatever else is trimmed. */
    public static boolean isState(JobEvent event) {
        return switch (event) {
            case JobEvent.Submitted _,
                    JobEvent.Started _,
                    JobEvent.AttemptFailed _,
                    JobEvent.DeadLettered _,
                    JobEvent.Replayed _,
                    JobEvent.RestartScheduled _,
                    JobEvent.Restarted _,
                    JobEvent.Told _,
                    JobEvent.AgentCompleted _,
                    JobEvent.CompletionDeferred _,
                    JobEvent.Pausing _,
                    JobEvent.Paused _,
                    JobEvent.Resumed _,
                    JobEvent.Cancelling _,
                    JobEvent.Cancelled _,
                    JobEvent.Completed _,
                    JobEvent.Failed _,
                    JobEvent.Recovered _,
                    JobEvent.PausedForReview _,
                    JobEvent.Restored _ ->
                    true;
            case JobEvent.Handled handled -> handled.change() instanceof Change.Ran;
            case StepEvent step -> StepViews.isState(step);
            case JobEvent.Seeded _,
                    JobEvent.Accepted _,
                    JobEvent.AgentStarted _,
                    JobEvent.Dispatched _,
                    JobEvent.LeaseRequested _,
                    JobEvent.AttemptStarted _,
                    JobEvent.LeaseRejected _,
                    JobEvent.Progressed _,
                    JobEvent.SourcesEnded _,
                    JobEvent.DeliveryRetried _,
                    JobEvent.Returned _,
                    JobEvent.Released _,
                    JobEvent.Woken _,
                    JobEvent.PressureChanged _,
                    JobEvent.StreamGap _,
                    JobEvent.Noted _ ->
                    false;
        };
    }

    private static void render(JobEvent event, Lines to) {
        switch (event) {
            case JobEvent.Submitted submitted -> {
                to.state("job_pending", object().put("graph_id", submitted.graphId()));
                to.state(
                        "job_validated",
                        object().put("graph_id", submitted.graphId())
                                .put("bundle_fingerprint", submitted.fingerprint())
                                .put(
                                        "warnings",
                                        JsonArray.ofStrings(submitted.submission().warnings())));
            }
            case JobEvent.Started started -> {
                to.state("job_scheduled", object().put("node", started.node()));
                var running = object().put("node", started.node());
                if (!started.agents().isEmpty()) {
                    agents(running, started.agents());
                }
                to.state("job_running", running);
            }
            case JobEvent.Seeded seeded -> to.received(seeded.message());
            case JobEvent.Accepted accepted -> to.received(accepted.message());
            case JobEvent.AgentStarted started ->
                    to.trace(
                            "agent_started",
                            started.agent(),
                            object().put("agent_type", started.type().wire())
                                    .put("node", started.node()));
            case JobEvent.Dispatched dispatched ->
                    to.trace(
                            "message_dispatched",
                            dispatched.agent(),
                            object().put("message_id", dispatched.messageId())
                                    .put("attempt_id", dispatched.attemptId())
                                    .put("attempt", dispatched.attempt()));
            case JobEvent.LeaseRequested requested ->
                    to.trace(
                            "executor_lease_requested",
                            requested.agent(),
                            object().put("message_id", requested.messageId())
                                    .put("attempt_id", requested.attemptId())
                                    .put("pool", requested.pool())
                                    .put("slots", requested.slots()));
            case JobEvent.AttemptStarted started ->
                    to.trace(
                            "executor_lease_acquired",
                            started.agent(),
                            pool(
                                    object().put("attempt_id", started.attemptId())
                                            .put("attempt", started.attempt())
                                            .put("lease_id", started.leaseId())
                                            .put("queue_wait_ms", started.queueWaitMs()),
                                    started.pool(),
                                    started.slots()));
            case JobEvent.LeaseRejected rejected ->
                    to.trace(
                            "executor_lease_rejected",
                            rejected.agent(),
                            pool(
                                    object().put("attempt_id", rejected.attemptId())
                                            .put("reason", rejected.reason())
                                            .put("retry_at", time(rejected.retryAtMs())),
                                    rejected.pool(),
                                    rejected.slots()));
            case JobEvent.Progressed progressed -> {
                to.trace(
                        "executor_progress",
                        progressed.agent(),
                        object().put("attempt_id", progressed.attemptId())
                                .put("line", progressed.lines()));
                to.notes(progressed.agent(), progressed.notes());
                to.outputs(progressed.agent(), progressed.outputs(), progressed.routes());
            }
            case JobEvent.Handled handled -> handled(handled, to);
            case JobEvent.SourcesEnded ended -> {
                to.trace(
                        "aggregator_sources_ended",
                        ended.agent(),
                        object().put("count", ended.count()));
                to.outputs(ended.agent(), ended.outputs(), ended.routes());
            }
            case JobEvent.AttemptFailed failed -> attemptFailed(failed, to);
            case JobEvent.DeliveryRetried retried ->
                    to.trace(
                            "message_retry_scheduled",
                            retried.agent(),
                            object().put("message_id", retried.messageId())
                                    .put("attempt", retried.attempt())
                                    .put("delay_ms", retried.retryAtMs() - retried.atMs())
                                    .put("reason", retried.reason()));
            case JobEvent.Returned returned ->
                    to.trace(
                            "message_returned",
                            returned.agent(),
                            object().put("message_id", returned.messageId())
                                    .put("reason", returned.reason()));
            case JobEvent.DeadLettered dead ->
                    to.state(
                            "dead_letter",
                            dead.agent(),
                            object().put("index", dead.index())
                                    .put("agent_id", dead.agent().value())
                                    .put("reason", dead.reason())
                                    .put("error", dead.error())
                                    .put("attempts", dead.attempts())
                                    .put("message", dead.message().summary()));
            case JobEvent.Replayed replayed -> {
                to.state(
                        "message_replayed",
                        replayed.to(),
                        object().put("index", replayed.index())
                                .put("old_message_id", replayed.oldMessageId())
                                .put("message_id", replayed.message().messageId())
                                .put("replay_count", replayed.replayCount()));
                to.received(replayed.message());
            }
            case JobEvent.Released released -> to.received(released.message());
            case JobEvent.Woken woken -> to.received(woken.message());
            case JobEvent.PressureChanged changed -> {
                var state = pressure(changed.pressure(), changed.depth());
                changed.limits()
                        .ifPresent(
                                limits ->
                                        state.put("limits", limits(limits))
                                                .put("retry_after_ms", limits.retryAfterMs()));
                to.trace("backpressure_state", changed.agent(), state);
            }
            case JobEvent.StreamGap gap ->
                    to.trace(
                            "stream_gap",
                            gap.agent(),
                            object().put("stream_id", gap.streamId())
                                    .put("expected", gap.expected())
                                    .put("found", gap.found()));
            case JobEvent.RestartScheduled scheduled ->
                    to.state(
                            scheduled.deferred()
                                    ? "agent_restart_deferred"
                                    : "agent_restart_scheduled",
                            scheduled.agent(),
                            object().put("attempt", scheduled.attempt())
                                    .put("delay_ms", scheduled.dueAtMs() - scheduled.atMs())
                                    .put("reason", scheduled.reason())
                                    .putIfPresent(
                                            "node",
                                            Optional.of(scheduled.node())
                                                    .filter(node -> !node.isEmpty())));
            case JobEvent.Restarted restarted ->
                    to.state(
                            "agents_restarted",
                            restarted.agent(),
                            object().put(
                                            "agents",
                                            JsonArray.of(
                                                    new JsonString(restarted.agent().value()))));
            case JobEvent.Told told ->
                    to.add(
                            told.note().type(),
                            Optional.of(told.agent()),
                            told.note().payload(),
                            true);
            case JobEvent.Noted noted ->
                    to.add(noted.type(), noted.agent(), noted.payload(), false);
            case JobEvent.AgentCompleted completed ->
                    to.state(
                            completed.type(),
                            completed.agent(),
                            object().put("agent_id", completed.agent().value())
                                    .put("node", completed.node())
                                    .put("output", completed.output()));
            case JobEvent.CompletionDeferred deferred ->
                    to.state(
                            "workflow_completion_deferred",
                            deferred.agent(),
                            object().put("agent_id", deferred.agent().value())
                                    .put("open_steps", deferred.openSteps()));
            case StepEvent step -> StepViews.render(step, to);
            case JobEvent.Pausing pausing ->
                    to.state(
                            "job_pausing",
                            object().put("reason", pausing.reason())
                                    .put("mode", pausing.now() ? "now" : "drain"));
            case JobEvent.Paused paused ->
                    to.state("job_paused", object().put("reason", paused.reason()));
            case JobEvent.Resumed resumed ->
                    to.state("job_resumed", object().put("paused_ms", resumed.pausedMs()));
            case JobEvent.Cancelling cancelling ->
                    to.state("job_cancelling", object().put("reason", cancelling.reason()));
            case JobEvent.Cancelled cancelled ->
                    to.state("job_cancelled", object().put("reason", cancelled.reason()));
            case JobEvent.Completed completed -> {
                completed
                        .agent()
                        .ifPresent(agent -> to.state("agent_completed_run", agent, object()));
                to.state(
                        "job_completed",
                        decidedBy(completed.agent()).put("result", completed.output()));
            }
            case JobEvent.Failed failed ->
                    to.state(
                            "job_failed",
                            decidedBy(failed.agent())
                                    .put("reason", failed.failure().desc())
                                    .put("error", failed.failure().desc())
                                    .put("failure", to.told(failed.failure())));
            case JobEvent.Recovered recovered -> {
                to.state(
                        "job_recovery_started",
                        recovery(recovered.previous().wire(), recovered.node()));
                for (var agent : recovered.requeued()) {
                    to.state("agent_recovery_started", agent, node(recovered.node()));
                    to.state("agent_recovered", agent, node(recovered.node()));
                }
                to.state(
                        "job_recovered",
                        agents(
                                recovery(recovered.previous().wire(), recovered.node()),
                                recovered.requeued()));
            }
            case JobEvent.PausedForReview review -> {
                to.state("job_recovery_started", recovery(review.previous().wire(), review.node()));
                to.state(
                        "job_paused_for_manual_restart",
                        agents(object().put("reason", review.reason()), review.agents()));
            }
            case JobEvent.Restored restored ->
                    to.state(
                            "job_restored_from_backup",
                            node(restored.node()).putAll(restored.provenance()));
        }
    }

    private static void handled(JobEvent.Handled handled, Lines to) {
        var agent = handled.agent();
        switch (handled.change()) {
            case Change.Forwarded _, Change.HandledByModule _ -> {}
            case Change.Collected collected ->
                    to.trace(
                            "aggregator_received", agent, object().put("count", collected.count()));
            case Change.Aggregated aggregated ->
                    to.trace(
                            "aggregator_received",
                            agent,
                            object().put("count", aggregated.count()));
            case Change.DuplicateIgnored duplicate ->
                    to.trace(
                            "aggregator_duplicate_ignored",
                            agent,
                            object().put("key", duplicate.key()));
            case Change.Late late ->
                    to.trace(
                            "aggregator_late_message",
                            agent,
                            object().put("late_messages", late.count()));
            case Change.Observed observed ->
                    to.trace("sensor_observed", agent, object().put("count", observed.count()));
            case Change.Gathered gathered ->
                    to.trace(
                            gatheredType(gathered),
                            agent,
                            object().put("attempt_id", gathered.attemptId())
                                    .put("sources", JsonArray.ofStrings(gathered.sources()))
                                    .put("count", gathered.count()));
            case Change.Ran ran when ran.fallback() -> {}
            case Change.Ran ran -> {
                var lease = ran.result().object("lease");
                to.trace(
                        "executor_lease_released",
                        agent,
                        object().put("lease_id", lease.at("lease_id"))
                                .put("pool", lease.at("pool"))
                                .put("slots", lease.at("slots")));
                to.state(
                        "sandbox_job_completed",
                        agent,
                        object().put("sandbox_name", ran.result().at("sandbox_name"))
                                .put("exit_code", ran.result().at("exit_code"))
                                .put("attempts", ran.attempts())
                                .put("lease_id", lease.at("lease_id"))
                                .put("pool", lease.at("pool")));
            }
        }
        to.notes(agent, handled.notes());
        to.outputs(agent, handled.outputs(), handled.routes());
        to.trace("message_acked", agent, object().put("message_id", handled.messageId()));
    }

    private static String gatheredType(Change.Gathered gathered) {
        return gathered.by().wire()
                + switch (gathered.outcome()) {
                    case WAITING -> "_waiting";
                    case DONE ->
                            gathered.by() == AgentType.STEP_SOURCE ? "_dispatched" : "_completed";
                    case ALREADY_DONE -> "_already_dispatched";
                    case DUPLICATE -> "_duplicate_ignored";
                };
    }

    /** A command whose own signs of life were asked for, and stayed away. */
    private static boolean isBeaconMissed(JobEvent.AttemptFailed failed) {
        return failed.cause().equals("beacon_missed");
    }

    private static void attemptFailed(JobEvent.AttemptFailed failed, Lines to) {
        to.trace(
                "executor_lease_released",
                failed.agent(),
                object().putAll(failed.lease()).put("attempt_id", failed.attemptId()));
        if (isBeaconMissed(failed)) {
            to.state(
                    "agent_beacon_missed",
                    failed.agent(),
                    object().put("attempt_id", failed.attemptId())
                            .put("attempt", failed.attempt())
                            .put("reason", failed.error()));
        }
        if (failed.retryAtMs() > 0) {
            to.state(
                    "executor_retry_scheduled",
                    failed.agent(),
                    object().put("attempt", failed.attempt())
                            .put("max_attempts", failed.attemptsMax())
                            .put("delay_ms", failed.retryAtMs() - failed.atMs())
                            .put("cause", failed.cause())
                            .put("error", failed.error()));
            return;
        }
        to.state(
                "sandbox_job_failed",
                failed.agent(),
                object().put("sandbox_name", failed.sandboxName())
                        .put("exit_code", failed.exitCode())
                        .put("attempts", failed.attempt())
                        .put("lease_id", failed.lease().at("lease_id"))
                        .put("pool", failed.lease().at("pool"))
                        .put("cause", failed.cause())
                        .put("error", failed.error())
                        .put("logs", failed.logs()));
    }

    /** The end of a job is the job's own event; the agent that decided it is told beside. */
    private static JsonObject.Builder decidedBy(Optional<AgentId> agent) {
        return object().putIfPresent("agent_id", agent.map(AgentId::value));
    }

    private static JsonObject.Builder pool(JsonObject.Builder to, String pool, int slots) {
        return pool.isEmpty() ? to : to.put("pool", pool).put("slots", slots);
    }

    static JsonObject.Builder pressure(AgentState.Pressure pressure, int depth) {
        return object().put("status", pressure.name().toLowerCase(Locale.ROOT)).put("depth", depth);
    }

    static JsonObject limits(Backpressure limits) {
        return object().put("max_queue_depth", limits.maxQueueDepth())
                .put("high_watermark", limits.highWatermark())
                .put("low_watermark", limits.lowWatermark())
                .build();
    }

    private static JsonObject.Builder node(String node) {
        return object().put("node", node);
    }

    private static JsonObject.Builder recovery(String previous, String node) {
        return object().put("previous_status", previous).put("node", node);
    }

    /**
     * The agents by name, as many as one line holds, and how many there are when it holds fewer.
     */
    private static JsonObject.Builder agents(JsonObject.Builder to, List<AgentId> agents) {
        to.put(
                "agents",
                JsonArray.ofStrings(
                        agents.stream().limit(AGENTS_NAMED_MAX).map(AgentId::value).toList()));
        return agents.size() > AGENTS_NAMED_MAX ? to.put("agents_total", agents.size()) : to;
    }

    static JsonString time(long atMs) {
        return new JsonString(Timestamps.format(Instant.ofEpochMilli(atMs)));
    }

    private static JsonObject.Builder object() {
        return JsonObject.builder();
    }

    /** Numbers the lines as they come. */
    static final class Lines {

        private final JobId job;
        private final Instant at;
        private long sequence;
        final List<RuntimeEvent> events = new ArrayList<>(4);

        /** Whoever wants the last line need not pay for a hundred thousand before it. */
        boolean lastOnly;

        Lines(JobId job, long atMs, long firstSequence) {
            this.job = job;
            this.at = Instant.ofEpochMilli(atMs);
            this.sequence = firstSequence;
        }

        /** A failure as the next line tells of it. */
        JsonObject told(Failure failure) {
            return failure.within(
                            RuntimeEvent.idOf(job, sequence), Optional.empty(), Optional.empty())
                    .toJson();
        }

        void add(String type, Optional<AgentId> agent, JsonObject payload, boolean state) {
            events.add(RuntimeEvent.of(job, sequence++, at, type, agent, payload, state));
        }

        void trace(String type, AgentId agent, JsonObject.Builder payload) {
            add(type, Optional.of(agent), payload.build(), false);
        }

        void state(String type, AgentId agent, JsonObject.Builder payload) {
            add(type, Optional.of(agent), payload.build(), true);
        }

        void state(String type, JsonObject.Builder payload) {
            add(type, Optional.empty(), payload.build(), true);
        }

        void received(Message message) {
            add(
                    "agent_message_received",
                    Optional.of(AgentId.of(message.to())),
                    message.summary(),
                    false);
        }

        void notes(AgentId agent, List<Note> notes) {
            for (var note : notes) {
                add(note.type(), Optional.of(agent), note.payload(), false);
            }
        }

        void outputs(AgentId agent, List<Output> outputs, List<RouteNote> routes) {
            for (var note : routes) {
                route(agent, note);
            }
            // Each output makes a line, so the last line is the last output's.
            int from = lastOnly ? Math.max(0, outputs.size() - 1) : 0;
            for (var output : outputs.subList(from, outputs.size())) {
                var message = output.message();
                if (!output.edgeId().isEmpty()) {
                    trace(
                            "route_selected",
                            agent,
                            object().put("edge_id", output.edgeId())
                                    .put("to", message.to())
                                    .put("type", message.type())
                                    .put("message_id", message.messageId()));
                }
                if (output.held()) {
                    trace(
                            "backpressure_signal",
                            agent,
                            object().put("to", message.to())
                                    .put("message_id", message.messageId()));
                } else if (output.dueAtMs() == 0) {
                    received(message);
                } else if (output.edgeId().isEmpty()) {
                    trace(
                            "message_delayed",
                            agent,
                            object().put("to", message.to())
                                    .put("message_id", message.messageId())
                                    .put("due_at", time(output.dueAtMs())));
                }
            }
        }

        private void route(AgentId agent, RouteNote note) {
            if (note.verdict() == Verdict.UNROUTED) {
                trace(
                        "message_unrouted",
                        agent,
                        object().put("message_id", note.messageId()).put("type", note.type()));
            } else if (note.verdict() == Verdict.NONE_MATCHED) {
                trace("route_not_matched", agent, object().put("type", note.type()));
            } else {
                trace(
                        "route_evaluated",
                        agent,
                        object().put("edge_id", note.edgeId())
                                .put("type", note.type())
                                .put("matched", note.verdict() == Verdict.MATCHED));
            }
        }
    }
}
