package mirrorneuron.cli.follow;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.view.Usage;

/**
 * What one look at a job found.
 *
 * @param progress empty when nobody wanted it
 * @param requests what waits for a person
 * @param usage empty when it was not looked for
 * @param log the next lines of the run's log
 */
record Look(
        JobDetails details,
        Optional<WorkflowProgress> progress,
        List<HumanRequest> requests,
        Optional<Explanation> explanation,
        Optional<Usage> usage,
        List<String> log) {

    Look {
        requests = List.copyOf(requests);
        log = List.copyOf(log);
    }
}
