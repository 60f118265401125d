package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Submission;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Issues;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Submits what a job was submitted with once more. */
@Command(
        name = "retry",
        description = {
            "Submit again what a job was submitted with, as a new job: its bundle as the home keeps"
                    + " it, its inputs and its overrides.",
            "The job itself stays as it is, whatever became of it."
        },
        footer = {"", "Example:", "  mn job retry prime_sweep-1750000000000-0123456789ab"})
public final class JobRetry extends Leaf implements Plans {

    @Parameters(paramLabel = "JOB", description = "The job's id, or that of its run.")
    String jobId = "";

    public JobRetry(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var job = JobLookup.details(runtime, jobId, 1).job();
            return new Plan(
                    "Job retry",
                    true,
                    new Fields()
                            .add(
                                    "Retry of",
                                    job.jobId().value() + " (" + job.status().wire() + ")"),
                    JsonObject.builder().put("retry_of", job.jobId().value()).build(),
                    List.of(job.jobId().value()));
        }
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToWork()) {
            var job = JobLookup.details(runtime, jobId, 1).job().jobId();
            return switch (runtime.jobs().retry(job)) {
                case Submission.Accepted accepted -> accepted(job, accepted);
                case Submission.Rejected rejected ->
                        throw Issues.attach(
                                CommandFailure.precondition(
                                        "Job " + job + " was not taken again: " + rejected.reason(),
                                        "mn job status " + job + " shows what it was"),
                                rejected.issues());
            };
        }
    }

    private static Report accepted(JobId job, Submission.Accepted accepted) {
        var id = accepted.jobId().value();
        return Report.of(
                        JsonObject.builder()
                                .put("job_id", id)
                                .putIfPresent("run_id", accepted.runId().map(RunId::value))
                                .put("retry_of", job.value())
                                .put("status", accepted.status().wire())
                                .build(),
                        new Confirmation(
                                "Job retry",
                                true,
                                new Fields()
                                        .add("Status", accepted.status().wire())
                                        .add("Job ID", id)
                                        .add("Run ID", accepted.runId().map(RunId::value))
                                        .add("Retry of", job.value()),
                                "mn job monitor " + id))
                .withIds(List.of(id))
                .withWarnings(Issues.warnings(accepted.warnings()));
    }
}
