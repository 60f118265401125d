package mirrorneuron.engine.job;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.workflow.Approval;

/** A wish. Everything that changes a job enters as one of these. */
public sealed interface JobCommand {

    /** Begin to run. */
    record Start(String node) implements JobCommand {}

    /** Take the job up after the process that ran it is gone. */
    record Recover(String node) implements JobCommand {}

    /** The time has come that {@link Job#nextWake()} named. */
    record Wake() implements JobCommand {}

    /**
     * A message from outside. Its id is empty when the sender chose none; the given fresh id is
     * used then.
     */
    record Send(AgentId agent, Message message, String freshId) implements JobCommand {}

    record LeaseGranted(AgentId agent, String attemptId, String leaseId, long queueWaitMs)
            implements JobCommand {}

    /**
     * @param permanent whether waiting cannot help: no such pool, or more slots than it has
     */
    record LeaseRejected(
            AgentId agent, String attemptId, String reason, long retryAfterMs, boolean permanent)
            implements JobCommand {}

    /** A structured line of a running command. */
    record WorkerProgress(AgentId agent, String attemptId, StructuredResult increment)
            implements JobCommand {}

    record WorkerBeacon(AgentId agent, String attemptId, JsonObject beacon) implements JobCommand {}

    record WorkerFinished(AgentId agent, String attemptId, WorkerOutcome outcome)
            implements JobCommand {}

    record ModuleFinished(AgentId agent, String attemptId, AgentResult result)
            implements JobCommand {}

    /** Java code threw. {@code setup} when it could not even be created or initialised. */
    record ModuleFailed(AgentId agent, String attemptId, String error, boolean setup)
            implements JobCommand {}

    record Pause(String reason, boolean now, long graceMs) implements JobCommand {}

    record Resume() implements JobCommand {}

    record Cancel(String reason) implements JobCommand {}

    /**
     * The job has just been read from a backup.
     *
     * @param takenAtMs when the backup was taken; epoch milliseconds
     * @param provenance as {@link JobEvent.Restored} keeps it
     */
    record Restore(String node, long takenAtMs, JsonObject provenance) implements JobCommand {}

    record Replay(DeadLetter letter, boolean force) implements JobCommand {}

    /** Something outside the engine broke; the job ends failed. */
    record Fail(String code, String desc, String remediation) implements JobCommand {}

    /**
     * A person's decision at an open gate.
     *
     * @param gate the request's id, or the id of the step that waits
     * @param decisionId names this decision: repeating it changes nothing
     */
    record Decide(
            String gate, String decisionId, Approval.Decision decision, String by, String note)
            implements JobCommand {}
}
