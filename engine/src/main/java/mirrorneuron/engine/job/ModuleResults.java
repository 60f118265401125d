package mirrorneuron.engine.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.AgentState.Phase;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.worker.StructuredResult.Note;

/** What the results of Java code mean for the job. */
final class ModuleResults {

    private ModuleResults() {}

    static Decision finished(Job job, JobCommand.ModuleFinished command, long nowMs) {
        var agent = Results.owner(job, command.agent(), command.attemptId(), Phase.HANDLING);
        if (agent == null || job.status().terminal()) {
            return JobEngine.stale(command.attemptId());
        }
        var inflight = Objects.requireNonNull(agent.inflight);
        var message = inflight.entry().message();
        if (job.status() == JobStatus.CANCELLING) {
            return Accepted.of(
                    new JobEvent.Returned(nowMs, agent.id(), message.messageId(), "job cancelled"));
        }
        return switch (command.result()) {
            case AgentResult.Handled handled -> handled(job, agent, message, handled, nowMs);
            case AgentResult.Retry retry -> {
                var decision = Results.redeliver(job, agent, retry.why(), nowMs);
                yield decision.events().getFirst() instanceof JobEvent.DeliveryRetried retried
                        ? new Accepted(
                                List.of(
                                        new JobEvent.DeliveryRetried(
                                                nowMs,
                                                retried.agent(),
                                                retried.messageId(),
                                                retried.attempt(),
                                                nowMs + millis(retry.after()),
                                                retried.reason())),
                                decision.effects())
                        : decision;
            }
            case AgentResult.Reject reject when agent.step != null ->
                    stepFailed(job, agent, "rejected", reject.why(), false, nowMs);
            case AgentResult.Reject reject ->
                    Accepted.of(
                            new JobEvent.DeadLettered(
                                    nowMs,
                                    agent.id(),
                                    message,
                                    job.deadLetters,
                                    "handler_rejected",
                                    reject.why(),
                                    inflight.entry().redeliveries() + 1));
        };
    }

    /** Any duration that an agent may name, "for ever" included; a message lives no longer. */
    private static long millis(Duration wish) {
        var longest = Duration.ofMillis(JobEngine.TTL_MAX_MS);
        return wish.compareTo(longest) > 0 ? longest.toMillis() : Math.max(0, wish.toMillis());
    }

    private static Decision handled(
            Job job, AgentState agent, Message message, AgentResult.Handled handled, long nowMs) {
        var sending = new Sending(job, agent, message, handled.state(), nowMs);
        var notes = new ArrayList<Note>(0);
        var reports = new ArrayList<Note>(0);
        var stepOutput = Optional.<JsonValue>empty();
        var completion = Optional.<JsonValue>empty();
        int index = 0;
        for (var action : handled.actions()) {
            var key = Integer.toString(index++);
            switch (action) {
                case Action.Emit emit ->
                        sending.emit(key, emit.type(), emit.body(), emit.options());
                case Action.EmitTo emit ->
                        sending.emitTo(key, emit.agent(), emit.type(), emit.body(), emit.options());
                case Action.Event event -> reports.add(new Note(event.type(), event.payload()));
                case Action.CompleteStep complete -> stepOutput = Optional.of(complete.output());
                case Action.CompleteRun complete -> completion = Optional.of(complete.output());
            }
        }
        for (var report : reports) {
            if (agent.step == null || !StepReports.isLedgerType(report.type())) {
                notes.add(Results.own(report));
            }
        }
        if (agent.step != null) {
            return StepResults.handled(
                    job,
                    agent,
                    message,
                    new Change.HandledByModule(handled.state()),
                    sending,
                    notes,
                    new StepResults.Said(reports, stepOutput, completion.isPresent(), List.of()),
                    nowMs);
        }
        var events = new ArrayList<JobEvent>(2);
        Results.gaps(job, sending, nowMs, events);
        events.add(
                new JobEvent.Handled(
                        nowMs,
                        agent.id(),
                        message.messageId(),
                        new Change.HandledByModule(handled.state()),
                        sending.outputs,
                        sending.routes,
                        notes));
        Results.deadLetterUnroutable(job, sending, nowMs, events);
        var effects = new ArrayList<Effect>(0);
        completion.ifPresent(
                output -> Results.completeRun(job, agent, output, nowMs, events, effects));
        return new Accepted(events, effects);
    }

    static Decision failed(Job job, JobCommand.ModuleFailed command, long nowMs) {
        var agent = Results.owner(job, command.agent(), command.attemptId(), Phase.HANDLING);
        if (agent == null || job.status().terminal()) {
            return JobEngine.stale(command.attemptId());
        }
        if (job.status() == JobStatus.CANCELLING) {
            return Accepted.of(
                    new JobEvent.Returned(
                            nowMs,
                            agent.id(),
                            Objects.requireNonNull(agent.inflight).entry().message().messageId(),
                            "job cancelled"));
        }
        if (!command.setup() && job.status() == JobStatus.PAUSING && job.pauseNow) {
            // The pause interrupted it, so this is no failure of its own.
            return Accepted.of(
                    new JobEvent.Returned(
                            nowMs,
                            agent.id(),
                            Objects.requireNonNull(agent.inflight).entry().message().messageId(),
                            "job paused"));
        }
        if (!command.setup() && agent.step != null) {
            return stepFailed(job, agent, "exception", command.error(), true, nowMs);
        }
        if (!command.setup()) {
            return Results.redeliver(job, agent, command.error(), nowMs);
        }
        var failure =
                Failure.of(
                        "runtime.agent.setup_failed",
                        "Agent " + agent.id() + " could not be set up: " + command.error(),
                        JsonObject.builder()
                                .put("message", command.error())
                                .put("category", "validation")
                                .put("retryable", false)
                                .put("reason_type", "setup_failed")
                                .put("component", "module")
                                .put("agent_id", agent.id().value())
                                .build(),
                        Instant.ofEpochMilli(nowMs),
                        "Mend the node's config or the agent's code, and submit again.");
        var effects = new ArrayList<>(JobEngine.stopAllBut(job, agent));
        effects.add(new Effect.JobEnded(JobStatus.FAILED));
        return new Accepted(
                List.of(new JobEvent.Failed(nowMs, Optional.of(agent.id()), failure)), effects);
    }

    private static Accepted stepFailed(
            Job job, AgentState agent, String cause, String error, boolean retryable, long nowMs) {
        var events = new ArrayList<JobEvent>(2);
        var effects = new ArrayList<Effect>(0);
        StepFailures.failed(
                job,
                Objects.requireNonNull(agent.step),
                agent,
                cause,
                error,
                retryable,
                nowMs,
                events,
                effects);
        return new Accepted(events, effects);
    }
}
