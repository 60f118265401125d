package mirrorneuron.cli.view;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.WorkflowProgress;

/**
 * A job as it was at one look.
 *
 * @param progress absent where nobody looked for it; agents stand for steps in a job that messages
 *     alone drive
 * @param requests what waits for a person
 * @param standstill why the job cannot go on by itself, when it cannot
 */
public record Moment(
        JobDetails details,
        Optional<WorkflowProgress> progress,
        List<HumanRequest> requests,
        Optional<Explanation> standstill) {

    public Moment {
        requests = List.copyOf(requests);
    }

    /** Step by step; empty for a job that messages alone drive. */
    public Optional<WorkflowProgress> steps() {
        return progress.filter(WorkflowProgress::hasSteps);
    }

    /** A job of messages. */
    public static Moment of(JobDetails details, Optional<Explanation> standstill) {
        return new Moment(details, Optional.empty(), List.of(), standstill);
    }
}
