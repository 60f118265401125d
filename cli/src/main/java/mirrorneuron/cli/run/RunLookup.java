package mirrorneuron.cli.run;

import java.util.List;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.DidYouMean;

/** Finds the run that a person means, by its own id or by that of its job. */
final class RunLookup {

    private static final int CANDIDATES_READ = 200;

    private RunLookup() {}

    /** {@code run.json} of the run. */
    static JsonObject run(MirrorNeuron runtime, String id) {
        try {
            return runtime.runFiles().run(id);
        } catch (NoSuchEntityException none) {
            if (none.code() != ErrorCode.RUN_NOT_FOUND) {
                throw none;
            }
            var ofJob =
                    runtime.jobs().inspect(JobId.of(id)).flatMap(job -> job.raw().string("run_id"));
            return runtime.runFiles().run(ofJob.orElseThrow(() -> unknown(runtime, id)));
        }
    }

    /** The run's id. */
    static String id(MirrorNeuron runtime, String id) {
        return run(runtime, id).string("run_id").orElse(id);
    }

    /** The job of a run. */
    static JobId job(MirrorNeuron runtime, String id) {
        return run(runtime, id)
                .string("job_id")
                .map(JobId::of)
                .orElseThrow(() -> unknown(runtime, id));
    }

    static CommandFailure unknown(MirrorNeuron runtime, String id) {
        var known = known(runtime);
        return CommandFailure.notFound(
                "There is no run '" + id + "' in this home" + DidYouMean.idSentence(id, known),
                "mn run list shows the runs of this home");
    }

    private static List<String> known(MirrorNeuron runtime) {
        return runtime.monitor().listJobs(JobQuery.all().withLimit(CANDIDATES_READ)).stream()
                .map(job -> job.raw().string("run_id").orElse(job.jobId().value()))
                .toList();
    }
}
