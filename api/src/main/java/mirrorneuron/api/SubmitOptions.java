package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;

/**
 * How to submit.
 *
 * @param timeout how long {@link Jobs#run} waits; empty = for ever
 * @param jobId use this id; it must be new, of letters, digits and {@code _ . : -}, the first a
 *     letter or digit, at most 220
 * @param idempotencyKey the same key and content give the same job again; other content is refused
 * @param inputs entrypoint id to message or list of messages; replaces the manifest's inputs of
 *     these entrypoints
 * @param configOverrides merged over the bundle's configuration
 * @param metadata merged into the job's metadata
 * @param runId the id of the run; empty = the manifest's, else one made from the job id. An id that
 *     a run has already is refused
 * @param jobName what people call the job; empty = the manifest's name
 * @param force skips the manifest's rules of inputs and the soft requirement checks
 * @param strict turns warnings into errors
 */
public record SubmitOptions(
        Optional<Duration> timeout,
        Optional<JobId> jobId,
        Optional<RunId> runId,
        Optional<String> jobName,
        Optional<String> idempotencyKey,
        JsonObject inputs,
        JsonObject configOverrides,
        Map<String, String> metadata,
        boolean force,
        boolean strict) {

    private static final SubmitOptions DEFAULTS =
            new SubmitOptions(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    JsonObject.empty(),
                    JsonObject.empty(),
                    Map.of(),
                    false,
                    false);

    public SubmitOptions {
        requireNonNull(timeout, "timeout");
        requireNonNull(jobId, "jobId");
        requireNonNull(runId, "runId");
        requireNonNull(jobName, "jobName");
        requireNonNull(idempotencyKey, "idempotencyKey");
        requireNonNull(inputs, "inputs");
        requireNonNull(configOverrides, "configOverrides");
        metadata = Map.copyOf(metadata);
    }

    /** A run and a job with the manifest's names, and warnings that stay warnings. */
    public SubmitOptions(
            Optional<Duration> timeout,
            Optional<JobId> jobId,
            Optional<String> idempotencyKey,
            JsonObject inputs,
            JsonObject configOverrides,
            Map<String, String> metadata,
            boolean force) {
        this(
                timeout,
                jobId,
                Optional.empty(),
                Optional.empty(),
                idempotencyKey,
                inputs,
                configOverrides,
                metadata,
                force,
                false);
    }

    public static SubmitOptions defaults() {
        return DEFAULTS;
    }

    public SubmitOptions withTimeout(Duration value) {
        return new SubmitOptions(
                Optional.of(value),
                jobId,
                runId,
                jobName,
                idempotencyKey,
                inputs,
                configOverrides,
                metadata,
                force,
                strict);
    }

    public SubmitOptions withJobId(JobId value) {
        return new SubmitOptions(
                timeout,
                Optional.of(value),
                runId,
                jobName,
                idempotencyKey,
                inputs,
                configOverrides,
                metadata,
                force,
                strict);
    }

    public SubmitOptions withRunId(RunId value) {
        return new SubmitOptions(
                timeout,
                jobId,
                Optional.of(value),
                jobName,
                idempotencyKey,
                inputs,
                configOverrides,
                metadata,
                force,
                strict);
    }

    public SubmitOptions withJobName(String value) {
        return new SubmitOptions(
                timeout,
                jobId,
                runId,
                Optional.of(value),
                idempotencyKey,
                inputs,
                configOverrides,
                metadata,
                force,
                strict);
    }

    public SubmitOptions withIdempotencyKey(String value) {
        return new SubmitOptions(
                timeout,
                jobId,
                runId,
                jobName,
                Optional.of(value),
                inputs,
                configOverrides,
                metadata,
                force,
                strict);
    }

    public SubmitOptions withInputs(JsonObject value) {
        return new SubmitOptions(
                timeout,
                jobId,
                runId,
                jobName,
                idempotencyKey,
                value,
                configOverrides,
                metadata,
                force,
                strict);
    }

    public SubmitOptions withConfigOverrides(JsonObject value) {
        return new SubmitOptions(
                timeout,
                jobId,
                runId,
                jobName,
                idempotencyKey,
                inputs,
                value,
                metadata,
                force,
                strict);
    }

    public SubmitOptions withMetadata(Map<String, String> value) {
        return new SubmitOptions(
                timeout,
                jobId,
                runId,
                jobName,
                idempotencyKey,
                inputs,
                configOverrides,
                value,
                force,
                strict);
    }

    /** In this trace, unless the metadata names one. */
    public SubmitOptions inTrace(String traceId) {
        if (metadata.containsKey("trace_id")) {
            return this;
        }
        var traced = new HashMap<>(metadata);
        traced.put("trace_id", traceId);
        return withMetadata(traced);
    }

    public SubmitOptions withForce(boolean value) {
        return new SubmitOptions(
                timeout,
                jobId,
                runId,
                jobName,
                idempotencyKey,
                inputs,
                configOverrides,
                metadata,
                value,
                strict);
    }

    public SubmitOptions withStrict(boolean value) {
        return new SubmitOptions(
                timeout,
                jobId,
                runId,
                jobName,
                idempotencyKey,
                inputs,
                configOverrides,
                metadata,
                force,
                value);
    }
}
