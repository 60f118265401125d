package mirrorneuron.api;

/** What became of a job that was submitted and waited for. */
public sealed interface RunOutcome {

    record Ran(JobId jobId, WaitOutcome outcome) implements RunOutcome {}

    record NotStarted(Submission.Rejected rejection) implements RunOutcome {}
}
