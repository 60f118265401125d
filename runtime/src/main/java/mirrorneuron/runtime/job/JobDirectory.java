package mirrorneuron.runtime.job;

import java.util.Collection;
import java.util.Optional;
import mirrorneuron.api.JobId;

/**
 * Answers who runs a job. In one process a map; a cluster asks its members. Safe from any thread.
 */
public interface JobDirectory {

    /**
     * The actor of a live job of this process; empty when it has ended, is elsewhere, cannot be
     * read, or does not exist. May have to read the job from the store first.
     */
    Optional<JobActor> find(JobId job);

    /**
     * Every live job of this process, in no order; reads from the store what is not in memory yet.
     */
    Collection<JobActor> local();
}
