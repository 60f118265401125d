package mirrorneuron.cli.job;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends jobs. */
@Command(
        name = "cancel",
        description = {
            "End jobs: running commands are stopped, waiting messages dropped.",
            "On a terminal you are asked; elsewhere several jobs at once need --yes."
        },
        footer = {"", "Example:", "  mn job cancel prime_sweep-1750000000000-0123456789ab --wait"})
public final class JobCancel extends Leaf implements Plans {

    @Parameters(paramLabel = "JOB", arity = "1..*", description = "Ids of jobs.")
    List<String> jobIds = new ArrayList<>();

    @Option(names = "--wait", description = "Return when the jobs have ended.")
    boolean waitForEnd;

    public JobCancel(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        try (var runtime = desk.openToRead()) {
            return ControlPlan.CANCEL.of(runtime, jobIds);
        }
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        var questions = new Questions(desk);
        if (jobIds.size() == 1) {
            questions.confirmWhereSomebodyIs("Cancel job " + jobIds.getFirst() + "?");
        } else {
            questions.confirm("Cancel " + jobIds.size() + " jobs?");
        }
        if (!questions.agreed()) {
            return questions.aborted();
        }
        try (var runtime = desk.openToWork()) {
            var reports = new ArrayList<Report>();
            for (var id : jobIds) {
                var result = runtime.jobs().cancel(JobId.of(id));
                if (waitForEnd) {
                    runtime.jobs().await(JobId.of(id), mirrorneuron.api.Jobs.WAIT_FOREVER);
                    result = runtime.jobs().cancel(JobId.of(id));
                }
                reports.add(Controls.report(runtime, "cancel", result, "mn job status " + id));
            }
            return reports.size() == 1 ? reports.getFirst() : joined(reports);
        }
    }

    private static Report joined(List<Report> reports) {
        return Report.of(
                        JsonArray.of(reports.stream().map(Report::data).toList()),
                        page ->
                                reports.stream()
                                        .flatMap(report -> report.table().apply(page).stream())
                                        .toList(),
                        () ->
                                reports.stream()
                                        .flatMap(report -> report.plain().get().stream())
                                        .toList())
                .withIds(
                        reports.stream()
                                .flatMap(report -> report.ids().stream())
                                .collect(Collectors.toList()));
    }
}
