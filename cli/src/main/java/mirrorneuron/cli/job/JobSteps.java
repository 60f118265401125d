package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.WorkflowProgress.Step;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists a job's steps. */
@Command(
        name = "steps",
        description = "List a job's steps: status, newest attempt, and why each is where it is.",
        footer = {"", "Example:", "  mn job steps branch_review-1750000000000-0123456789ab"})
public final class JobSteps extends Leaf implements Watched {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    public JobSteps(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var id = JobLookup.details(runtime, jobId, 1).job().jobId();
            var steps =
                    runtime.monitor()
                            .workflowProgress(id)
                            .filter(WorkflowProgress::hasSteps)
                            .map(WorkflowProgress::steps)
                            .orElse(List.of());
            var table = table(steps);
            var none = List.of("No steps");
            var report =
                    Report.of(
                                    JsonArray.of(steps.stream().map(Step::raw).toList()),
                                    page -> steps.isEmpty() ? none : table.lines(page),
                                    () -> steps.isEmpty() ? none : table.plain())
                            .withIds(steps.stream().map(Step::id).toList());
            return steps.isEmpty()
                    ? report.withHints(List.of("messages drive this job: mn job agents " + id))
                    : report;
        }
    }

    static Table table(List<Step> steps) {
        return Table.of(
                List.of("Step", "Status", "Attempt", "Why"),
                steps.stream().map(JobSteps::row).toList());
    }

    private static List<String> row(Step step) {
        return List.of(
                step.id(),
                step.status(),
                step.attempt() > 0 ? Integer.toString(step.attempt()) : "",
                Secrets.in(step.reason()));
    }
}
