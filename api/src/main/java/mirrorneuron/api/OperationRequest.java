package mirrorneuron.api;

/** What is to be done to many jobs at once. The runtime chooses which, when it begins. */
public sealed interface OperationRequest {

    /** Ends every job that has not ended. */
    record CancelAllJobs() implements OperationRequest {}

    /** Deletes the records of jobs that have ended. The folders of their runs stay. */
    record ClearJobs() implements OperationRequest {}
}
