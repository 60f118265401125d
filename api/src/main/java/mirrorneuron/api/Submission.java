package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What became of a submission. */
public sealed interface Submission {

    /**
     * The job is durable. With a repeated idempotency key this is the job that the first submission
     * made.
     */
    record Accepted(JobId jobId, JobStatus status, List<Issue> warnings) implements Submission {
        public Accepted {
            requireNonNull(jobId, "jobId");
            requireNonNull(status, "status");
            warnings = List.copyOf(warnings);
        }
    }

    /** Nothing was stored. */
    record Rejected(Reason reason, List<Issue> issues) implements Submission {
        public Rejected {
            requireNonNull(reason, "reason");
            issues = List.copyOf(issues);
        }

        public enum Reason {
            INVALID_MANIFEST,
            INPUT_VALIDATION,
            REQUIREMENTS_NOT_MET,
            SERVICES_NOT_MET,
            RESOURCE_OVERLOADED,
            DUPLICATE
        }
    }

    /**
     * The job's id.
     *
     * @throws SubmissionRejectedException when there is none
     */
    default JobId orThrow() {
        return switch (this) {
            case Accepted accepted -> accepted.jobId();
            case Rejected rejected -> throw new SubmissionRejectedException(rejected);
        };
    }
}
