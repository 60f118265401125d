package mirrorneuron.engine.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.Failure;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.routing.Condition;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.workflow.Approval;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepSpec;
import mirrorneuron.engine.workflow.StepStatus;
import mirrorneuron.engine.workflow.TriggerRule;
import mirrorneuron.engine.workflow.TriggerRule.Verdict;
import org.jspecify.annotations.Nullable;

/** One step of one job. Changed by {@link JobEngine#apply} alone. */
final class StepState {

    /** The step whose settings this one has; an instance has those of its target. */
    final StepSpec spec;

    final String id;

    /** Position among the job's steps; instances come after those of the manifest. */
    final int order;

    /** What an instance is of and works on; absent for a step of the manifest. */
    final @Nullable Instance instance;

    /** How a patch added the step; absent for others. */
    final @Nullable Added added;

    /** Whose round the step belongs to; absent for others. */
    final @Nullable Child child;

    final List<AgentState> agents = new ArrayList<>(1);
    final List<Link> in = new ArrayList<>(2);
    final List<Link> out = new ArrayList<>(2);

    /**
     * One of pending, blocked, running, retry_wait, waiting and the ends; what is ready or queued
     * follows from the rest ({@link Ledger#shown}).
     */
    StepStatus status = StepStatus.PENDING;

    String outcome = "";

    /** What it gave, or a reference to it; JSON null when it gave nothing. */
    JsonValue output = JsonNull.NULL;

    /** Ids of edges from here whose condition does not hold for the output. */
    List<String> closed = List.of();

    /** Number of the newest attempt; 0 before the first. */
    int attempt;

    /** Attempts that failed; those that were interrupted or sent back do not count. */
    int failures;

    /** What began the open or last attempt, by the agent that got it; sent again for the next. */
    List<EntryMessage> entries = List.of();

    long startedAt;
    long attemptStartedAt;
    long endedAt;
    long lastEventAt;

    /** Epoch milliseconds at which the attempt is given up; 0 = never. */
    long deadlineAt;

    /** The same, unless a sign of life comes before. */
    long heartbeatAt;

    /** Epoch milliseconds of the next attempt in {@link StepStatus#RETRY_WAIT}; else 0. */
    long retryAt;

    String reason = "";
    String lastError = "";

    /** What a person said when the step was sent back; empty when nobody did. */
    String note = "";

    Optional<Failure> failure = Optional.empty();
    boolean cascades;
    boolean triggered;

    /** Whether the open attempt has changed a region in rounds, so that it is armed again. */
    boolean patched;

    /** Rounds that this controller has finished; after the first it starts again by itself. */
    int rounds;

    @Nullable Gate gate;

    /** Decisions that were taken here, by their ids: each counts once. */
    List<Decided> decided = List.of();

    /** Whether the step is done by rounds of others and not by its own agents. */
    boolean unfolded;

    /** Number of the round that is being planned or done; 0 for a step that does not unfold. */
    int childRound;

    /** Steps of its rounds that are not over. Derived, never stored. */
    int openChildren;

    // How the parents stand. Derived, never stored.
    int parents;
    int parentsEnded;
    int parentsAccepted;
    int parentsSucceeded;
    int parentsFailed;
    int parentsCascading;
    boolean mapped;

    /** The moment the job is to look at this step again; 0 = none. Derived, never stored. */
    long armedAt;

    boolean queuedToJudge;
    boolean queuedForRoom;
    boolean queuedAsSilent;

    StepState(
            StepSpec spec,
            String id,
            int order,
            @Nullable Instance instance,
            @Nullable Added added,
            @Nullable Child child) {
        this.spec = spec;
        this.id = id;
        this.order = order;
        this.instance = instance;
        this.added = added;
        this.child = child;
    }

    /**
     * @param round from 1
     * @param planner whether it says what the round is, and is not a step of it
     */
    record Child(String parent, String template, int round, boolean planner, JsonValue input) {}

    /**
     * @param revision of the graph that the patch made
     * @param round of the controller at which it was added, from 1
     * @param input JSON null when the template's own is meant
     */
    record Added(
            String region,
            String template,
            String label,
            long revision,
            int round,
            JsonValue input) {}

    record EntryMessage(AgentState agent, Message message) {}

    /**
     * @param source id of the step that scattered
     * @param target id of the step this is an instance of
     */
    record Instance(String source, String target, int mapIndex, JsonValue item, Scatter scatter) {}

    /** The instances of one scatter share a limit. */
    static final class Scatter {
        final int concurrencyMax;
        int active;
        final Deque<StepState> waiting = new ArrayDeque<>(0);

        Scatter(int concurrencyMax) {
            this.concurrencyMax = concurrencyMax;
        }

        boolean full() {
            return concurrencyMax > 0 && active >= concurrencyMax;
        }
    }

    /**
     * What a person is asked at a gate.
     *
     * @param request what the author and the worker ask
     * @param timeoutAt when the fallback is taken; 0 = never
     * @param allowed decisions that may be taken
     */
    record Question(
            String requestId,
            JsonObject request,
            long openedAt,
            long timeoutAt,
            List<Approval.Decision> allowed,
            Approval.Decision fallback) {}

    record Gate(
            Question question,
            StepOutput output,
            List<JobEvent.Output> withheld,
            List<Note> choices) {

        Gate until(long at) {
            return new Gate(
                    new Question(
                            question.requestId(),
                            question.request(),
                            question.openedAt(),
                            at,
                            question.allowed(),
                            question.fallback()),
                    output,
                    withheld,
                    choices);
        }
    }

    record Decided(
            Question question,
            String decisionId,
            Approval.Decision decision,
            String by,
            String note,
            long at) {}

    /** One step waits for another. */
    record Link(
            String id,
            StepState from,
            StepState to,
            Set<Outcome> accepts,
            Optional<Condition> condition,
            Origin origin) {

        /** True when a patch made it. */
        boolean added() {
            return origin != Origin.WRITTEN;
        }
    }

    enum Origin {
        /** It stands in the manifest, or follows from one that does. */
        WRITTEN,
        /** A patch made it. */
        ADDED,
        /** A patch made it from a controller that is armed again: the child need not wait. */
        RELEASED
    }

    /** The fence: only what carries this id belongs to the open attempt. */
    String attemptId() {
        return attemptId(id, attempt);
    }

    static String attemptId(String step, int attempt) {
        return step + ":attempt:" + attempt;
    }

    /** For people. */
    String label() {
        return added == null ? spec.label() : added.label();
    }

    AgentState entry() {
        return agents.getFirst();
    }

    boolean ended() {
        return status.terminal();
    }

    Verdict verdict() {
        return spec.rule()
                .judge(
                        new TriggerRule.Parents(
                                parents,
                                parentsEnded,
                                parentsAccepted,
                                parentsSucceeded,
                                parentsFailed),
                        spec.quorum());
    }

    /** Every parent was skipped by a choice, so there is nothing left to wait for. */
    boolean cutOff() {
        return parents > 0 && parentsCascading == parents;
    }

    boolean mayBeCutOff() {
        return parentsEnded < parents && parentsCascading == parentsEnded;
    }

    boolean hasMessage() {
        for (var agent : agents) {
            if (!agent.mailbox.isEmpty() || agent.hasWaiting()) {
                return true;
            }
        }
        return false;
    }

    /** True when something of the attempt runs outside. */
    boolean runsOutside() {
        for (var agent : agents) {
            if (agent.runsOutside()) {
                return true;
            }
        }
        return false;
    }
}
