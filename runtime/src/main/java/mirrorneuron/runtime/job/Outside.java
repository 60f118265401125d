package mirrorneuron.runtime.job;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import mirrorneuron.api.JobId;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.worker.LeaseDesk;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;

/**
 * Everything that a job's effects touch. An actor knows the outside only through this, so a
 * simulator can be the outside too.
 *
 * <p>Attempts are named by {@code <job>/<attempt>}, which is unique on a node.
 */
public interface Outside {

    void requestLease(JobId job, String key, Effect.RequestLease request, Answers answers);

    /** True when the request was still waiting; then its answer never comes. */
    boolean withdrawLease(String key);

    void releaseLease(String key);

    void startWorker(
            JobId job, String key, Effect.StartWorker start, JobContext context, Answers answers);

    void callModule(
            JobId job, String key, Effect.CallModule call, JobContext context, Answers answers);

    /** Ends an attempt; what came of it is heard as usual. Unknown attempts are ignored. */
    void stop(String key);

    /** The job has ended, and starts nothing more; attempts of it may still be stopping. */
    void jobEnded(JobId job);

    /** Calls back once after a delay, on any thread. */
    Cancellable after(Duration delay, Runnable action);

    /** Something that may still be called off. */
    interface Cancellable {
        void cancel();
    }

    /**
     * Where the outside says what became of an effect. Every method may be called from any thread.
     */
    interface Answers {

        void lease(LeaseDesk.Settled settled);

        /**
         * Completes when everything the increment sent has found room and the command may print on,
         * or when nobody needs the rest: the attempt is over, or the job is not ours any more.
         */
        CompletableFuture<?> progress(StructuredResult increment);

        /** The command lives. The job's record samples this, so it may be called at any rate. */
        void beacon(JsonObject beacon);

        void worker(WorkerOutcome outcome);

        void module(AgentResult result);

        void moduleFailed(String error, boolean setup);
    }
}
