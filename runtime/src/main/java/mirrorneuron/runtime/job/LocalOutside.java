package mirrorneuron.runtime.job;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.runtime.module.ModuleRunner;
import mirrorneuron.runtime.worker.LeasePools;
import mirrorneuron.runtime.worker.WorkerHost;
import mirrorneuron.runtime.worker.WorkerListener;
import mirrorneuron.runtime.worker.WorkerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outside as this process has it: its pools, its worker host, its Java agents, its clock. Safe
 * from any thread.
 */
public final class LocalOutside implements Outside {

    private static final Logger LOG = LoggerFactory.getLogger(LocalOutside.class);

    private final LeasePools pools;
    private final WorkerHost workers;
    private final ModuleRunner modules;
    private final Bodies bodies;
    private final ScheduledExecutorService timer;
    private final BiConsumer<JobId, JsonObject> samples;

    /**
     * @param samples hears what commands of a job use, on their own threads
     */
    public LocalOutside(
            LeasePools pools,
            WorkerHost workers,
            ModuleRunner modules,
            Bodies bodies,
            ScheduledExecutorService timer,
            BiConsumer<JobId, JsonObject> samples) {
        this.samples = samples;
        this.pools = pools;
        this.workers = workers;
        this.modules = modules;
        this.bodies = bodies;
        this.timer = timer;
    }

    @Override
    public void requestLease(JobId job, String key, Effect.RequestLease request, Answers answers) {
        pools.request(
                key,
                job,
                request.pool(),
                request.slots(),
                Duration.ofMillis(request.queueTimeoutMs()),
                request.queueLengthMax(),
                answers::lease);
    }

    @Override
    public boolean withdrawLease(String key) {
        return pools.withdraw(key);
    }

    @Override
    public void releaseLease(String key) {
        pools.release(key);
    }

    @Override
    public void startWorker(
            JobId job, String key, Effect.StartWorker start, JobContext context, Answers answers) {
        WorkerRequest request;
        try {
            request = request(job, key, start, context);
        } catch (RuntimeException failure) {
            LOG.warn("job {}: attempt {} could not be prepared", job, start.attemptId(), failure);
            answers.worker(
                    new WorkerOutcome.Failed(
                            "",
                            "",
                            "",
                            WorkerOutcome.Cause.STAGING_FAILED,
                            OptionalInt.empty(),
                            String.valueOf(failure.getMessage())));
            return;
        }
        workers.start(request, new Hearing(job, answers, samples));
    }

    private WorkerRequest request(
            JobId job, String key, Effect.StartWorker start, JobContext context) {
        var vertex = start.vertex();
        var manifest = context.graph().manifest();
        var body = bodies.restore(start.message().body());
        return new WorkerRequest(
                job,
                context.runId(),
                manifest.graphId(),
                context.blueprintId().orElse(manifest.graphId()),
                manifest.jobName(),
                vertex.id(),
                vertex.spec().template(),
                (Behaviour.Executor) vertex.behaviour(),
                vertex.spec().resources(),
                key,
                start.invocation(),
                start.attempt(),
                body == start.message().body() ? start.message() : start.message().withBody(body),
                start.state() == null ? JsonNull.NULL : start.state(),
                context.payloads(),
                context.configuration(),
                start.leaseId(),
                (JsonObject) bodies.restore(start.workflow()));
    }

    @Override
    public void callModule(
            JobId job, String key, Effect.CallModule call, JobContext context, Answers answers) {
        modules.call(job, key, call, context, answers);
    }

    @Override
    public void stop(String key) {
        workers.stop(key);
        modules.stop(key);
    }

    @Override
    public void jobEnded(JobId job) {
        workers.jobEnded(job);
    }

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        try {
            var future = timer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closing) {
            // The runtime is closing: what is due then is due again when the job is next taken up.
            return () -> {};
        }
    }

    /**
     * Passes on what a worker says. Its progress blocks until there is room; an interrupt meanwhile
     * ends its reading as a stop would.
     */
    private record Hearing(JobId job, Answers answers, BiConsumer<JobId, JsonObject> samples)
            implements WorkerListener {

        @Override
        public void onProgress(StructuredResult increment) {
            try {
                answers.progress(increment).get();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException lost) {
                // The job is not ours any more: the attempt is about to be stopped and its result
                // ignored.
                LOG.debug("progress came too late", lost);
            }
        }

        @Override
        public void onBeacon(JsonObject beacon) {
            answers.beacon(beacon);
        }

        @Override
        public void onSample(JsonObject sample) {
            samples.accept(job, sample);
        }

        @Override
        public void onFinished(WorkerOutcome outcome) {
            answers.worker(outcome);
        }
    }
}
