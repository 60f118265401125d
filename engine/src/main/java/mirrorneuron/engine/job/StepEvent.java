package mirrorneuron.engine.job;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.StepStatus;

/** A fact in the life of a step. Like every fact it keeps its meaning once released. */
public sealed interface StepEvent extends JobEvent {

    /** Id of the step; of an instance, {@code target[3]}. */
    String step();

    /**
     * An attempt began: what waited at the entry agent is stamped with its id. Nothing else lets a
     * step's agent handle a message.
     *
     * @param first whether it is the step's first attempt
     * @param deadlineAtMs 0 when it has none, or none yet: a command's time begins with its lease
     */
    record Opened(
            long atMs,
            String step,
            int attempt,
            AgentId agent,
            String messageId,
            boolean first,
            long deadlineAtMs)
            implements StepEvent {}

    /** Another message came for the open attempt and became part of it. */
    record Joined(long atMs, String step, AgentId agent, String messageId) implements StepEvent {}

    /** A message waits because the step may not run yet, or a pause holds up its open attempt. */
    record Blocked(long atMs, String step, String reason) implements StepEvent {}

    /** No data will come, so the step gets a message of the runtime's own. */
    record Triggered(long atMs, String step, Message message) implements StepEvent {}

    /**
     * A message found no open attempt that it belongs to, and was put aside.
     *
     * @param stale whether it came from an earlier attempt of the step itself
     */
    record Ignored(long atMs, String step, AgentId agent, String messageId, boolean stale)
            implements StepEvent {}

    /** A sign of life, sampled. */
    record Beaconed(long atMs, String step, AgentId agent, JsonObject beacon)
            implements StepEvent {}

    /**
     * The attempt took too long.
     *
     * @param kind {@code deadline} or {@code heartbeat}
     */
    record TimedOut(long atMs, String step, int attempt, String kind) implements StepEvent {}

    /**
     * The attempt is over and another will follow.
     *
     * @param counted whether it used up one of the step's attempts
     * @param note what a person said about it; empty when nobody did
     */
    record RetryScheduled(
            long atMs,
            String step,
            int attempt,
            String cause,
            String error,
            long retryAtMs,
            boolean counted,
            String note)
            implements StepEvent {}

    /**
     * The step is over.
     *
     * @param attempt number of the attempt that ended it; 0 when none was open
     * @param outcome {@code success}, {@code partial}, {@code failed}, {@code skipped}, {@code
     *     mapped} or {@code mapped_empty}
     * @param cascades whether children that have only such parents are skipped too, whatever their
     *     rule
     */
    record Ended(
            long atMs,
            String step,
            int attempt,
            StepStatus status,
            String outcome,
            StepOutput output,
            String reason,
            Optional<Failure> failure,
            boolean cascades)
            implements StepEvent {

        Ended with(StepOutput other) {
            return new Ended(
                    atMs, step, attempt, status, outcome, other, reason, failure, cascades);
        }
    }

    /** The step chose among its children. */
    record Branched(long atMs, String step, List<String> selected, List<String> skipped)
            implements StepEvent {}

    /**
     * The step spread a list over steps after it: each item gets an instance of one of the targets,
     * in turn.
     *
     * @param concurrencyMax instances with an open attempt at a time; 0 = no limit
     */
    record Scattered(
            long atMs, String step, List<String> targets, List<JsonValue> items, int concurrencyMax)
            implements StepEvent {}

    /**
     * The controller has changed the graph.
     *
     * @param patch as a document, which says everything again that was done
     * @param revision of the graph from now on
     */
    record Patched(long atMs, String step, JsonObject patch, long revision) implements StepEvent {}

    /**
     * The step is not done by its agents but by rounds of other steps; the first is planned now.
     */
    record Unfolded(long atMs, String step, AgentId agent, String messageId) implements StepEvent {}

    /**
     * A planner has said what the round is.
     *
     * @param steps as documents: id, template, input, needs
     */
    record Planned(long atMs, String step, int round, JsonArray steps, String reason)
            implements StepEvent {}

    /** Every step of the round is over, and the next one is planned. */
    record RoundEnded(long atMs, String step, int round) implements StepEvent {}

    /** A controller has finished a round and is armed for the next. */
    record Rearmed(long atMs, String step, int attempt, JsonValue output) implements StepEvent {}

    /** Steps of rounds that are long over are forgotten. */
    record Retired(long atMs, String step, List<String> steps) implements StepEvent {}

    /**
     * A person has to decide on the step's output; what it sent is held back until then.
     *
     * @param timeoutAtMs when the default is taken; 0 = never
     * @param choices reports of branches and scatters, which count when it is approved
     * @param allowed decisions that may be taken
     * @param fallback the one that is taken when nobody does in time
     */
    record GateOpened(
            long atMs,
            String step,
            int attempt,
            String requestId,
            JsonObject request,
            StepOutput output,
            List<Output> withheld,
            List<Note> choices,
            long timeoutAtMs,
            List<Approval.Decision> allowed,
            Approval.Decision fallback)
            implements StepEvent {

        GateOpened with(StepOutput other) {
            return new GateOpened(
                    atMs,
                    step,
                    attempt,
                    requestId,
                    request,
                    other,
                    withheld,
                    choices,
                    timeoutAtMs,
                    allowed,
                    fallback);
        }
    }

    /**
     * @param by who decided; {@code timeout} when nobody did in time
     * @param released what had been held back, when it was approved
     */
    record GateDecided(
            long atMs,
            String step,
            String requestId,
            String decisionId,
            Approval.Decision decision,
            String by,
            String note,
            boolean timedOut,
            List<Output> released)
            implements StepEvent {}
}
