package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/** What became of a submission. */
public sealed interface Submission {

    /**
     * The job is durable.
     *
     * @param runId of the job's run; empty when the runtime does not say
     * @param repeated true when an earlier submission with the same idempotency key made this job,
     *     and this one made none
     */
    record Accepted(
            JobId jobId,
            JobStatus status,
            Optional<RunId> runId,
            List<Issue> warnings,
            boolean repeated)
            implements Submission {
        public Accepted {
            requireNonNull(jobId, "jobId");
            requireNonNull(status, "status");
            requireNonNull(runId, "runId");
            warnings = List.copyOf(warnings);
        }

        /** A new job without warnings, of whose run the runtime says nothing. */
        public Accepted(JobId jobId, JobStatus status) {
            this(jobId, status, Optional.empty(), List.of(), false);
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
