package mirrorneuron.cli.job;

import java.util.Optional;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.DidYouMean;

/** Finds the job that a person means, or says which ones there are. */
public final class JobLookup {

    private static final int CANDIDATES_READ = 200;

    private JobLookup() {}

    /** By the job's id, or that of its run. */
    static JobDetails details(MirrorNeuron runtime, String id, int events) {
        return runtime.monitor()
                .jobDetails(JobId.of(id), events)
                .or(() -> ofRun(runtime, id, events))
                .orElseThrow(() -> unknown(runtime, id));
    }

    private static Optional<JobDetails> ofRun(MirrorNeuron runtime, String id, int events) {
        try {
            return runtime.runFiles()
                    .run(id)
                    .string("job_id")
                    .flatMap(job -> runtime.monitor().jobDetails(JobId.of(job), events));
        } catch (NoSuchEntityException | InvalidRequestException none) {
            // What cannot be the id of a run is none.
            return Optional.empty();
        }
    }

    static CommandFailure unknown(MirrorNeuron runtime, String id) {
        var known =
                runtime.monitor().listJobs(JobQuery.all().withLimit(CANDIDATES_READ)).stream()
                        .map(job -> job.jobId().value())
                        .toList();
        return CommandFailure.notFound(
                "There is no job '" + id + "' in this home" + DidYouMean.idSentence(id, known),
                "mn job list shows the jobs of this home");
    }
}
