package mirrorneuron.cli.job;

import java.time.temporal.ChronoUnit;
import java.util.List;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.JobSummary;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;

/** Lists jobs that have not ended. */
@Command(
        name = "unfinished",
        description = {
            "List the jobs that have not ended, newest change first.",
            "Review says that a job waits until somebody has looked at it."
        },
        footer = {"", "Example:", "  mn job unfinished"})
public final class JobUnfinished extends Leaf implements Watched {

    public JobUnfinished(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var jobs = runtime.monitor().listJobs(JobQuery.unfinished());
            var table =
                    Table.of(
                                    List.of(
                                            "Job ID",
                                            "Workflow ID",
                                            "Status",
                                            "Recovery",
                                            "Review",
                                            "Updated At"),
                                    jobs.stream().map(JobUnfinished::row).toList())
                            .withSpare("Recovery", "Workflow ID");
            var none = List.of("No unfinished jobs");
            return Report.of(
                            JsonArray.of(jobs.stream().map(JobSummary::toJson).toList()),
                            page -> jobs.isEmpty() ? none : table.lines(page),
                            () -> jobs.isEmpty() ? none : table.plain())
                    .withIds(jobs.stream().map(job -> job.jobId().value()).toList());
        }
    }

    private static List<String> row(JobSummary job) {
        boolean review =
                job.raw().bool("recovery_requires_review").orElse(false)
                        || job.raw().object("recovery").bool("requires_review").orElse(false);
        return List.of(
                job.jobId().value(),
                job.graphId(),
                job.status().wire(),
                job.recoveryPolicy(),
                review ? "yes" : "",
                job.updatedAt().truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
