package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.manifest.AgentType;
import mirrorneuron.engine.manifest.Backpressure;
import mirrorneuron.engine.worker.StructuredResult.Note;

/**
 * A fact in the life of a job. Its meaning never changes once released; a new meaning is a new
 * record.
 *
 * <p>Facts are what is stored. What people read, one line per thing that happened, is rendered from
 * them ({@link EventViews}); every fact renders to at least one line, so a group of facts always
 * owns a sequence number.
 */
public sealed interface JobEvent
        permits JobEvent.Submitted,
                JobEvent.Started,
                JobEvent.Seeded,
                JobEvent.Accepted,
                JobEvent.AgentStarted,
                JobEvent.Dispatched,
                JobEvent.LeaseRequested,
                JobEvent.AttemptStarted,
                JobEvent.LeaseRejected,
                JobEvent.Progressed,
                JobEvent.Handled,
                JobEvent.SourcesEnded,
                JobEvent.AttemptFailed,
                JobEvent.DeliveryRetried,
                JobEvent.Returned,
                JobEvent.DeadLettered,
                JobEvent.Replayed,
                JobEvent.Released,
                JobEvent.Woken,
                JobEvent.PressureChanged,
                JobEvent.StreamGap,
                JobEvent.RestartScheduled,
                JobEvent.Restarted,
                JobEvent.Noted,
                JobEvent.Told,
                JobEvent.AgentCompleted,
                JobEvent.CompletionDeferred,
                JobEvent.Pausing,
                JobEvent.Paused,
                JobEvent.Resumed,
                JobEvent.Cancelling,
                JobEvent.Cancelled,
                JobEvent.Completed,
                JobEvent.Failed,
                JobEvent.Recovered,
                JobEvent.PausedForReview,
                JobEvent.Restored,
                StepEvent {

    /** When it happened: epoch milliseconds, never less than in the fact before. */
    long atMs();

    /**
     * @param nodes that have a group of the job's agents each; empty when agents belong to no node
     */
    record Submitted(
            long atMs,
            JobId job,
            String graphId,
            String fingerprint,
            Job.Submission submission,
            List<String> nodes)
            implements JobEvent {

        public Submitted {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * @param agents that are ready; empty in logs that do not say
     */
    record Started(long atMs, String node, List<AgentId> agents) implements JobEvent {

        public Started {
            agents = List.copyOf(agents);
        }
    }

    /** The next initial input entered its entrypoint's mailbox. */
    record Seeded(long atMs, AgentId to, Message message) implements JobEvent {}

    /**
     * A message from outside entered a mailbox.
     *
     * @param digest of a message whose id the sender chose; empty when the runtime chose it
     */
    record Accepted(long atMs, AgentId to, Message message, String digest) implements JobEvent {}

    /** The agent begins its first piece of work in this job. */
    record AgentStarted(long atMs, AgentId agent, AgentType type, String node)
            implements JobEvent {}

    /** Java code got the message. */
    record Dispatched(long atMs, AgentId agent, String messageId, String attemptId, int attempt)
            implements JobEvent {}

    record LeaseRequested(
            long atMs, AgentId agent, String messageId, String attemptId, String pool, int slots)
            implements JobEvent {}

    /**
     * The lease is there and the command is about to start: from here on it may have had effects.
     *
     * @param pool empty in logs that do not say
     */
    record AttemptStarted(
            long atMs,
            AgentId agent,
            String attemptId,
            int attempt,
            String leaseId,
            long queueWaitMs,
            String pool,
            int slots)
            implements JobEvent {}

    /**
     * @param pool empty in logs that do not say
     */
    record LeaseRejected(
            long atMs,
            AgentId agent,
            String attemptId,
            String reason,
            long retryAtMs,
            String pool,
            int slots)
            implements JobEvent {}

    /**
     * A running command said something that counts at once.
     *
     * @param lines its structured lines so far
     * @param later what counts when it has succeeded
     */
    record Progressed(
            long atMs,
            AgentId agent,
            String attemptId,
            int lines,
            Optional<JsonValue> state,
            List<Output> outputs,
            List<RouteNote> routes,
            List<Note> notes,
            Later later)
            implements JobEvent {}

    /**
     * What a command said while it ran of its step or its run; it is so only if the command
     * succeeds.
     *
     * @param reports events whose types the ledger reads, in order
     */
    record Later(
            List<Note> reports, Optional<JsonValue> completeStep, Optional<JsonValue> completeRun) {

        static final Later NOTHING = new Later(List.of(), Optional.empty(), Optional.empty());

        public Later {
            reports = List.copyOf(reports);
        }

        /** This and what was said after it; of two outputs the newer one counts. */
        Later then(Later next) {
            if (next.equals(NOTHING)) {
                return this;
            }
            var all = new ArrayList<>(reports);
            all.addAll(next.reports);
            return new Later(
                    all,
                    next.completeStep.or(() -> completeStep),
                    next.completeRun.or(() -> completeRun));
        }
    }

    /** The message is done: the agent's change and everything it sent, as one. */
    record Handled(
            long atMs,
            AgentId agent,
            String messageId,
            Change change,
            List<Output> outputs,
            List<RouteNote> routes,
            List<Note> notes)
            implements JobEvent {}

    /** Every agent upstream has ended, so an aggregator that waited for that sends what it has. */
    record SourcesEnded(
            long atMs, AgentId agent, int count, List<Output> outputs, List<RouteNote> routes)
            implements JobEvent {}

    /**
     * A command failed.
     *
     * @param retryAtMs when it runs again; 0 = it was the last attempt
     * @param exitCode -1 when the command did not exit by itself
     * @param lease the slots that are free again: {@code lease_id, pool, slots}
     */
    record AttemptFailed(
            long atMs,
            AgentId agent,
            String attemptId,
            int attempt,
            int attemptsMax,
            String cause,
            int exitCode,
            String error,
            String logs,
            String sandboxName,
            JsonObject lease,
            long retryAtMs)
            implements JobEvent {}

    /**
     * The message will be handed out again: a host was lost, or Java code threw or asked for it.
     */
    record DeliveryRetried(
            long atMs, AgentId agent, String messageId, int attempt, long retryAtMs, String reason)
            implements JobEvent {}

    /** A message that was being handled went back to its mailbox, and no attempt was used up. */
    record Returned(long atMs, AgentId agent, String messageId, String reason)
            implements JobEvent {}

    record DeadLettered(
            long atMs,
            AgentId agent,
            Message message,
            int index,
            String reason,
            String error,
            int attempts)
            implements JobEvent {}

    record Replayed(
            long atMs, int index, AgentId to, Message message, int replayCount, String oldMessageId)
            implements JobEvent {}

    /** A held message entered its mailbox; {@code forced} when only that could end a standstill. */
    record Released(long atMs, AgentId to, Message message, boolean forced) implements JobEvent {}

    /** A delayed message entered its mailbox. */
    record Woken(long atMs, AgentId to, Message message) implements JobEvent {}

    /**
     * @param limits of the mailbox; empty in logs that do not say
     */
    record PressureChanged(
            long atMs,
            AgentId agent,
            AgentState.Pressure pressure,
            int depth,
            Optional<Backpressure> limits)
            implements JobEvent {}

    record StreamGap(long atMs, AgentId agent, String streamId, long expected, long found)
            implements JobEvent {}

    /**
     * An agent failed and starts again later.
     *
     * @param attempt starts within the policy's interval, this one included
     * @param deferred whether the policy's attempts are used up and the oldest has to leave the
     *     interval first
     * @param node that it starts on; empty in logs that do not say
     */
    record RestartScheduled(
            long atMs,
            AgentId agent,
            int attempt,
            long dueAtMs,
            String reason,
            boolean deferred,
            String node)
            implements JobEvent {}

    record Restarted(long atMs, AgentId agent) implements JobEvent {}

    /** A command told people something, or asked them. */
    record Told(long atMs, AgentId agent, Note note) implements JobEvent {}

    /** Something worth reading that changes nothing. */
    record Noted(long atMs, Optional<AgentId> agent, String type, JsonObject payload)
            implements JobEvent {}

    /**
     * The agent ended its run, and the job decides for itself when it is over.
     *
     * @param type of the event that people read, which differs between kinds of jobs
     */
    record AgentCompleted(long atMs, AgentId agent, String type, String node, JsonValue output)
            implements JobEvent {}

    /** The agent that ends the run has done so while steps are open; its output is kept. */
    record CompletionDeferred(long atMs, AgentId agent, JsonValue output, int openSteps)
            implements JobEvent {}

    /**
     * @param review whether a person has to look at the job before it goes on
     */
    record Pausing(long atMs, String reason, boolean now, long graceUntilMs, boolean review)
            implements JobEvent {

        Pausing(long atMs, String reason, boolean now, long graceUntilMs) {
            this(atMs, reason, now, graceUntilMs, false);
        }
    }

    record Paused(long atMs, String reason) implements JobEvent {}

    record Resumed(long atMs, long pausedMs) implements JobEvent {}

    record Cancelling(long atMs, String reason) implements JobEvent {}

    record Cancelled(long atMs, String reason) implements JobEvent {}

    record Completed(long atMs, Optional<AgentId> agent, JsonValue output) implements JobEvent {}

    record Failed(long atMs, Optional<AgentId> agent, Failure failure) implements JobEvent {}

    /**
     * The job was taken up again after its process was gone; what had been running went back to the
     * mailboxes.
     */
    record Recovered(long atMs, String node, JobStatus previous, List<AgentId> requeued)
            implements JobEvent {}

    /**
     * The job was taken up again, and a person has to decide whether what had been running may run
     * again.
     */
    record PausedForReview(
            long atMs, String node, JobStatus previous, String reason, List<AgentId> agents)
            implements JobEvent {}

    /**
     * The paused job was brought here from a backup. The time since the backup was taken has not
     * happened for messages that may wait only so long, nor for ids that are remembered only so
     * long; what waits for a moment is put off by the next {@link Resumed} as after any pause.
     *
     * @param takenAtMs when the backup was taken
     * @param provenance where it comes from: {@code mode, source_job_id, source_run_id,
     *     backup_schema, backup_created_at}
     */
    record Restored(long atMs, String node, long takenAtMs, JsonObject provenance)
            implements JobEvent {}

    /**
     * A sent message and where it went.
     *
     * @param edgeId empty for a message sent straight to an agent
     * @param held whether it waits for room
     * @param dueAtMs epoch milliseconds before which it may not be handled; 0 = at once
     */
    record Output(Message message, String edgeId, boolean held, long dueAtMs) {}

    /**
     * How an edge with a condition, or a type without an edge, was judged.
     *
     * @param messageId of a message without an edge; else empty, as the outputs have ids themselves
     */
    record RouteNote(String edgeId, String type, Verdict verdict, String messageId) {
        enum Verdict {
            MATCHED,
            NOT_MATCHED,
            /** No edge of the type held. */
            NONE_MATCHED,
            /** There is no edge of the type at all. */
            UNROUTED
        }
    }

    /** What handling a message did to the agent. */
    sealed interface Change {

        record Forwarded() implements Change {}

        /**
         * An aggregator kept the body; {@code key} is empty unless it deduplicates by something of
         * its own.
         */
        record Collected(int count, String key) implements Change {}

        /** An aggregator kept the body and sent what it had. */
        record Aggregated(int count, String key) implements Change {}

        record DuplicateIgnored(String key) implements Change {}

        /** An aggregator had sent its aggregate already. */
        record Late(long count) implements Change {}

        record Observed(long count) implements Change {}

        record HandledByModule(JsonValue state) implements Change {}

        /**
         * An agent at the beginning, a join or the end of a step's flow looked at a message.
         *
         * @param by {@code step_source}, {@code step_join} or {@code step_sink}
         * @param attemptId of the message; another one than before makes the agent forget
         * @param sources whose message it was; once the agent is done, everybody who has delivered
         * @param count how many of those that the agent waits for have delivered
         */
        record Gathered(
                AgentType by, Outcome outcome, String attemptId, List<String> sources, int count)
                implements Change {

            public Gathered {
                sources = List.copyOf(sources);
            }

            enum Outcome {
                /** The message was kept, and others have to come. */
                WAITING,
                /** It was the last; what the agent makes of them was sent. */
                DONE,
                /** A source had sent its dispatches in this attempt. */
                ALREADY_DONE,
                /** It had come before, or nobody waited for it. */
                DUPLICATE
            }
        }

        /**
         * A command ran.
         *
         * @param result what the monitor shows of the last run
         * @param fallback whether it failed for good and its fallback message was sent
         */
        record Ran(Optional<JsonValue> state, JsonObject result, int attempts, boolean fallback)
                implements Change {}
    }
}
