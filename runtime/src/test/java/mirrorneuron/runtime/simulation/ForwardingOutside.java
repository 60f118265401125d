package mirrorneuron.runtime.simulation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import mirrorneuron.api.JobId;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.worker.LeaseDesk;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.runtime.job.JobContext;
import mirrorneuron.runtime.job.Outside;

/** An outside that does as another does; the base of outsides that do one thing differently. */
class ForwardingOutside implements Outside {

    private final Outside to;

    ForwardingOutside(Outside to) {
        this.to = to;
    }

    @Override
    public void requestLease(JobId job, String key, Effect.RequestLease request, Answers answers) {
        to.requestLease(job, key, request, answers);
    }

    @Override
    public boolean withdrawLease(String key) {
        return to.withdrawLease(key);
    }

    @Override
    public void releaseLease(String key) {
        to.releaseLease(key);
    }

    @Override
    public void startWorker(
            JobId job, String key, Effect.StartWorker start, JobContext context, Answers answers) {
        to.startWorker(job, key, start, context, answers);
    }

    @Override
    public void callModule(
            JobId job, String key, Effect.CallModule call, JobContext context, Answers answers) {
        to.callModule(job, key, call, context, answers);
    }

    @Override
    public void stop(String key) {
        to.stop(key);
    }

    @Override
    public void jobEnded(JobId job) {
        to.jobEnded(job);
    }

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        return to.after(delay, action);
    }

    /** The same for what the outside answers. */
    static class ForwardingAnswers implements Answers {

        private final Answers to;

        ForwardingAnswers(Answers to) {
            this.to = to;
        }

        @Override
        public void lease(LeaseDesk.Settled settled) {
            to.lease(settled);
        }

        @Override
        public CompletableFuture<?> progress(StructuredResult increment) {
            return to.progress(increment);
        }

        @Override
        public void beacon(JsonObject beacon) {
            to.beacon(beacon);
        }

        @Override
        public void worker(WorkerOutcome outcome) {
            to.worker(outcome);
        }

        @Override
        public void module(AgentResult result) {
            to.module(result);
        }

        @Override
        public void moduleFailed(String error, boolean setup) {
            to.moduleFailed(error, setup);
        }
    }
}
