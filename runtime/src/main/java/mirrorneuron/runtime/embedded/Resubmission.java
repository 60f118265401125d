package mirrorneuron.runtime.embedded;

import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.PreconditionFailedException;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.Job;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * What a job was submitted with, to be submitted again.
 *
 * @param options without ids: those are the new job's own
 */
record Resubmission(KeptBundle bundle, SubmitOptions options) {

    /** Names the job that this one repeats. */
    static final String RETRY_OF = "retry_of";

    /** Of the first job, and of no job that repeats it. */
    private static final String RUN_ID = "run_id";

    private static final String JOB_NAME = "job_name";

    /**
     * @throws PreconditionFailedException when the job's first fact or its bundle is not kept
     * @throws StoreException when the store cannot be read
     */
    static Resubmission of(JobId job, Store store, JobLoader loader, Bodies bodies) {
        var first = store.facts(job, 0, 1);
        if (first.isEmpty()) {
            throw gone(job, null);
        }
        try {
            var submitted = EventCodec.submission(first.getFirst().lines());
            return new Resubmission(
                    loader.bundle(submitted), options(job, submitted.submission(), bodies));
        } catch (IllegalArgumentException trimmed) {
            throw gone(job, trimmed);
        } catch (StoreException missing) {
            if (missing.code() == ErrorCode.STORE_DAMAGED) {
                throw gone(job, missing);
            }
            throw missing;
        }
    }

    private static SubmitOptions options(JobId job, Job.Submission given, Bodies bodies) {
        var options =
                SubmitOptions.defaults()
                        .withInputs((JsonObject) bodies.restore(given.inputs()))
                        .withConfigOverrides(given.configOverrides())
                        .withMetadata(metadata(job, given.metadata()))
                        // The same inputs were taken before, because they were good or by force.
                        .withForce(true);
        return given.metadata().string(JOB_NAME).map(options::withJobName).orElse(options);
    }

    private static Map<String, String> metadata(JobId job, JsonObject given) {
        var metadata = new HashMap<String, String>();
        given.forEach(
                (name, value) -> {
                    if (value instanceof JsonString(var text)) {
                        metadata.put(name, text);
                    }
                });
        metadata.remove(RUN_ID);
        metadata.remove(JOB_NAME);
        metadata.put(RETRY_OF, job.value());
        return metadata;
    }

    private static PreconditionFailedException gone(JobId job, @Nullable Throwable cause) {
        return new PreconditionFailedException(
                ErrorCode.CONFLICT,
                "Expected to submit job "
                        + job
                        + " again, but what it was submitted with is not kept any more",
                cause);
    }
}
