package mirrorneuron.api;

import java.util.List;
import java.util.Optional;

/** Reads for people and dashboards. Every method is safe from any thread; none changes anything. */
public interface Monitor {

    /**
     * Newest change first. Reads an index: its cost grows with the answer, not with the number of
     * jobs.
     */
    List<JobSummary> listJobs(JobQuery query);

    /**
     * How many jobs a list would hold without limit and offset. Reads counts that are kept with
     * every commit, so it costs the same however many jobs there are.
     */
    long countJobs(JobQuery query);

    /** How many jobs and nodes there are; as cheap as {@link #countJobs}. */
    Metrics metrics();

    Optional<JobDetails> jobDetails(JobId job, int eventLimit);

    default Optional<JobDetails> jobDetails(JobId job) {
        return jobDetails(job, 25);
    }

    /**
     * The job's agents and what went between them; empty when there is no such job. The counts are
     * kept while the job runs, so this reads no event.
     */
    Optional<JobGraph> graph(JobId job);

    ClusterOverview clusterOverview(JobQuery query);

    /** Why the job is where it is, and what it waits for. */
    Optional<Explanation> explain(JobId job);

    /** Why the agent is where it is; empty when there is no such job or agent. */
    Optional<Explanation> explain(JobId job, AgentId agent);

    /** Why the step is where it is; empty when there is no such job or step. */
    Optional<Explanation> explainStep(JobId job, String stepId);

    /**
     * Why the job is where it is, then why its open steps are, and its agents that wait for
     * something: those that are nearest to moving first. Empty when there is no such job. All of it
     * is of one moment.
     *
     * @param limit how many at most, at least 1
     */
    List<Explanation> explainAll(JobId job, int limit);

    /** How far the job is, step by step; empty when there is no such job. */
    Optional<WorkflowProgress> workflowProgress(JobId job);
}
