package mirrorneuron.server.grpc.job;

import mirrorneuron.api.ControlResult;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.PreconditionFailedException;

/** The word that a control is answered with. */
final class Controls {

    private Controls() {}

    static String cancelled(ControlResult result) {
        return switch (result) {
            case ControlResult.Applied _ -> "cancelled";
            case ControlResult.Unchanged same ->
                    same.status() == JobStatus.CANCELLING ? "cancellation_pending" : "cancelled";
            case ControlResult.Pending _ -> "cancellation_pending";
            case ControlResult.NotFound _, ControlResult.Refused _ -> throw refused(result);
        };
    }

    static String paused(ControlResult result) {
        return status(result, JobStatus.PAUSING);
    }

    static String resumed(ControlResult result) {
        return status(result, JobStatus.RUNNING);
    }

    private static String status(ControlResult result, JobStatus pending) {
        return switch (result) {
            case ControlResult.Applied applied -> applied.status().shown().wire();
            case ControlResult.Unchanged same -> same.status().shown().wire();
            case ControlResult.Pending _ -> pending.wire();
            case ControlResult.NotFound _, ControlResult.Refused _ -> throw refused(result);
        };
    }

    private static MirrorNeuronException refused(ControlResult result) {
        return result instanceof ControlResult.Refused refused
                ? new PreconditionFailedException(
                        refused.status().terminal() ? ErrorCode.JOB_TERMINAL : ErrorCode.CONFLICT,
                        refused.why(),
                        null)
                : new NoSuchJobException("Job " + result.jobId() + " was not found");
    }
}
