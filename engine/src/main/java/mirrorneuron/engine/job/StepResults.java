package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Decision.Accepted;
import mirrorneuron.engine.job.JobEvent.Change;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.workflow.StepStatus;

/** What the result of a step's agent means for the step, and through it for the others. */
final class StepResults {

    private StepResults() {}

    /**
     * What an agent of a step says beside what it sends.
     *
     * @param reports events whose types the ledger reads, in order
     * @param completion the step's output; empty when the agent did not end the step
     * @param completesRun whether it tried to end the run, which no step may
     * @param notices for people, whatever becomes of the step
     */
    record Said(
            List<Note> reports,
            Optional<JsonValue> completion,
            boolean completesRun,
            List<Note> notices) {}

    /** The message is done, and what was said of the step follows. */
    static Accepted handled(
            Job job,
            AgentState agent,
            Message message,
            Change change,
            Sending sending,
            List<Note> notes,
            Said said,
            long nowMs) {
        var step = Objects.requireNonNull(agent.step);
        var reports = StepReports.of(job, step, said, nowMs);
        var events = new ArrayList<JobEvent>();
        var effects = new ArrayList<Effect>();
        boolean keeps = reports.failure == null && !said.completesRun();
        boolean waits = keeps && reports.gate != null;
        if (keeps) {
            Results.gaps(job, sending, nowMs, events);
        }
        events.add(
                new JobEvent.Handled(
                        nowMs,
                        agent.id(),
                        message.messageId(),
                        change,
                        keeps && !waits ? sending.outputs : List.of(),
                        keeps ? sending.routes : List.of(),
                        notes));
        if (keeps) {
            Results.deadLetterUnroutable(job, sending, nowMs, events);
        }
        Notices.record(agent, said.notices(), nowMs, events);
        if (said.completesRun()) {
            events.add(
                    noted(
                            agent,
                            "workflow_run_completion_rejected",
                            JsonObject.builder().put("step_id", step.id),
                            nowMs));
            StepFailures.failed(
                    job,
                    step,
                    agent,
                    "run_completion",
                    "a step may not complete the run: only the terminal sink may",
                    true,
                    nowMs,
                    events,
                    effects);
            return new Accepted(events, effects);
        }
        if (reports.failure != null) {
            events.addAll(reports.refusals);
            StepFailures.failed(
                    job,
                    step,
                    agent,
                    "reported",
                    reports.failure.error(),
                    reports.failure.retryable(),
                    nowMs,
                    events,
                    effects);
            return new Accepted(events, effects);
        }
        events.addAll(reports.events);
        if (reports.gate != null) {
            StepFailures.stopOthers(step, agent, nowMs, events, effects);
            events.add(gate(step, reports, sending.outputs, nowMs));
            return new Accepted(events, effects);
        }
        reports.end.ifPresent(
                end -> {
                    StepFailures.stopOthers(step, agent, nowMs, events, effects);
                    events.add(end);
                });
        endAfter(job, step, reports, nowMs, events, effects);
        return new Accepted(events, effects);
    }

    /** The other steps that end with the result, and whatever of them still runs. */
    static void endAfter(
            Job job,
            StepState step,
            StepReports reports,
            long nowMs,
            List<JobEvent> events,
            List<Effect> effects) {
        for (var end : reports.after) {
            var other = job.ledger().step(end.step());
            StepFailures.stopOthers(other, null, nowMs, events, effects);
            StepFailures.endChildren(job, other, step, nowMs, events, effects);
            events.add(end);
        }
    }

    private static StepEvent.GateOpened gate(
            StepState step, StepReports reports, List<JobEvent.Output> outputs, long nowMs) {
        var gate = Objects.requireNonNull(reports.gate);
        long timeout = gate.approval().timeoutMs();
        return new StepEvent.GateOpened(
                nowMs,
                step.id,
                step.attempt,
                step.id + ":gate:" + step.attempt,
                gate.request(),
                StepOutput.of(step, gate.output()),
                outputs,
                reports.choices,
                timeout > 0 ? nowMs + timeout : 0,
                gate.approval().decisions(),
                gate.approval().fallback());
    }

    static JobEvent.Noted noted(
            AgentState agent, String type, JsonObject.Builder payload, long nowMs) {
        return new JobEvent.Noted(nowMs, Optional.of(agent.id()), type, payload.build());
    }

    static StepEvent.Ended ended(
            StepState step,
            StepStatus status,
            String outcome,
            JsonValue output,
            String reason,
            long nowMs) {
        boolean well = status == StepStatus.COMPLETED || status == StepStatus.PARTIAL;
        return ended(
                step,
                status,
                outcome,
                well ? StepOutput.of(step, output) : StepOutput.unread(output),
                reason,
                nowMs);
    }

    static StepEvent.Ended ended(
            StepState step,
            StepStatus status,
            String outcome,
            StepOutput output,
            String reason,
            long nowMs) {
        boolean open = step.status == StepStatus.RUNNING || step.status == StepStatus.WAITING;
        return new StepEvent.Ended(
                nowMs,
                step.id,
                open ? step.attempt : 0,
                status,
                outcome,
                output,
                reason,
                Optional.empty(),
                false);
    }

    /** A step that is skipped by a choice; children with only such parents follow it. */
    static StepEvent.Ended skipped(StepState step, String reason, long nowMs) {
        return new StepEvent.Ended(
                nowMs,
                step.id,
                0,
                StepStatus.SKIPPED,
                Ledger.OUTCOME_SKIPPED,
                StepOutput.unread(JsonNull.NULL),
                reason,
                Optional.empty(),
                true);
    }

    /**
     * Whether a success of this agent ends its step without saying so. Where the step has a sink,
     * the sink ends it.
     */
    static boolean completesStep(AgentState agent) {
        return !(agent.vertex.behaviour() instanceof Behaviour.Executor)
                || agent.vertex
                        .spec()
                        .config()
                        .bool("workflow_complete_step")
                        .orElseGet(() -> !hasSink(agent));
    }

    private static boolean hasSink(AgentState agent) {
        return agent.step != null
                && agent.step.agents.stream().anyMatch(a -> a.is(Behaviour.StepSink.class));
    }
}
