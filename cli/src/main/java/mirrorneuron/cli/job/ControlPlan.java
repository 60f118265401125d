package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.output.Fields;

/** What a pause, resume or cancel would meet. */
public enum ControlPlan {
    PAUSE("pause", JobStatus.PAUSED),
    RESUME("resume", JobStatus.RUNNING),
    CANCEL("cancel", JobStatus.CANCELLED);

    private final String verb;
    private final JobStatus wanted;

    ControlPlan(String verb, JobStatus wanted) {
        this.verb = verb;
        this.wanted = wanted;
    }

    /**
     * @throws CommandFailure when a job is not there, or has ended in another way
     */
    public Plan of(MirrorNeuron runtime, List<String> jobIds) {
        var jobs = jobIds.stream().map(id -> JobLookup.details(runtime, id, 1).job()).toList();
        var fields = new Fields();
        for (var job : jobs) {
            if (job.status().terminal() && job.status() != wanted) {
                throw CommandFailure.precondition(
                        "Expected to "
                                + verb
                                + " job "
                                + job.jobId()
                                + ", but it is "
                                + job.status().wire(),
                        "mn job status " + job.jobId());
            }
            fields.add("Job ID", job.jobId().value() + " (" + job.status().wire() + ")");
        }
        var ids = jobs.stream().map(job -> job.jobId()).map(JobId::value).toList();
        return new Plan(
                "Job " + verb,
                jobs.stream().anyMatch(job -> job.status() != wanted),
                fields,
                JsonObject.builder()
                        .put(
                                "jobs",
                                JsonArray.of(
                                        jobs.stream()
                                                .map(
                                                        job ->
                                                                JsonObject.builder()
                                                                        .put(
                                                                                "job_id",
                                                                                job.jobId().value())
                                                                        .put(
                                                                                "status",
                                                                                job.status().wire())
                                                                        .build())
                                                .toList()))
                        .build(),
                ids);
    }
}
