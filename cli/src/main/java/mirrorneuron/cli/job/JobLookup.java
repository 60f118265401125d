package mirrorneuron.cli.job;

import java.util.Optional;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.json.JsonObject;
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
                .orElseThrow(() -> left(runtime, id).orElseGet(() -> unknown(runtime, id)));
    }

    /** A run whose job was deleted, and whose files tell what became of it. */
    private static Optional<CommandFailure> left(MirrorNeuron runtime, String id) {
        return run(runtime, id)
                .map(
                        run ->
                                CommandFailure.notFound(
                                        "The job of run "
                                                + id
                                                + " is not kept any more; the run is "
                                                + run.string("status").orElse("there"),
                                        "mn run status "
                                                + id
                                                + " and mn run result "
                                                + id
                                                + " read what it left"));
    }

    private static Optional<JsonObject> run(MirrorNeuron runtime, String id) {
        try {
            return Optional.of(runtime.runFiles().run(id)).filter(run -> run.has("run_id"));
        } catch (NoSuchEntityException | InvalidRequestException none) {
            // What cannot be the id of a run is none.
            return Optional.empty();
        }
    }

    private static Optional<JobDetails> ofRun(MirrorNeuron runtime, String id, int events) {
        return run(runtime, id)
                .flatMap(run -> run.string("job_id"))
                .flatMap(job -> runtime.monitor().jobDetails(JobId.of(job), events));
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
