package mirrorneuron.cli.job;

import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.DidYouMean;

/** Finds the job that a person means, or says which ones there are. */
public final class JobLookup {

    private static final int CANDIDATES_READ = 200;

    private JobLookup() {}

    static JobDetails details(MirrorNeuron runtime, String id, int events) {
        return runtime.monitor()
                .jobDetails(JobId.of(id), events)
                .orElseThrow(() -> unknown(runtime, id));
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
