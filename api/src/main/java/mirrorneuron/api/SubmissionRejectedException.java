package mirrorneuron.api;

import java.util.stream.Collectors;

/** A submission that was rejected, for callers that expected it to be accepted. */
public final class SubmissionRejectedException extends MirrorNeuronException {

    private static final long serialVersionUID = 1L;

    private final transient Submission.Rejected rejection;

    public SubmissionRejectedException(Submission.Rejected rejection) {
        super(
                ErrorCode.MANIFEST_INVALID,
                rejection.reason()
                        + rejection.issues().stream()
                                .map(issue -> issue.location().path() + ": " + issue.message())
                                .collect(Collectors.joining("; ", ": ", "")),
                null);
        this.rejection = rejection;
    }

    public Submission.Rejected rejection() {
        return rejection;
    }
}
