package mirrorneuron.runtime.worker;

import java.util.Collection;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;

/** Runs commands. Safe from any thread. */
public interface WorkerHost extends AutoCloseable {

    /**
     * Starts an attempt on a thread of its own and returns at once; everything else is heard by the
     * listener.
     */
    void start(WorkerRequest request, WorkerListener listener);

    /**
     * Ends an attempt: TERM to its process group, KILL after the grace of five seconds. Unknown
     * attempts are ignored.
     */
    void stop(String attemptId);

    /**
     * The job has ended: what its attempts left here for one another goes, as soon as the last of
     * them is over.
     */
    void jobEnded(JobId job);

    /**
     * Removes what jobs left here that ended while nobody ran this host.
     *
     * @param unfinished jobs that may go on
     */
    void sweep(Collection<JobId> unfinished);

    /** Why this host cannot run a runner's commands; empty text when it can. */
    String unavailable(String runner);

    /** The sandbox levels and what was found of each, for node health. */
    JsonObject levels();

    /** Ends every attempt and waits for the last process. */
    @Override
    void close();
}
