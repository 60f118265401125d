package mirrorneuron.cli.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Failure;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.EventText;
import mirrorneuron.cli.view.JobProgress;
import mirrorneuron.cli.view.StepsProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one job: header, agents, failure, last events. */
@Command(
        name = "status",
        description = {
            "Show one job: where it stands, its agents, its failure, its last events.",
            "In a pipe this is the bare JSON document."
        },
        footer = {"", "Example:", "  mn job status prime_sweep-1750000000000-0123456789ab"})
public final class JobStatusCommand extends Leaf implements Watched {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "How many of the last events. Default: ${DEFAULT-VALUE}.")
    int events = 10;

    /** More would push everything else out of sight. */
    private static final int STEPS_MAX = 40;

    public JobStatusCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var details = JobLookup.details(runtime, jobId, Math.max(1, events));
            var steps =
                    runtime.monitor()
                            .workflowProgress(details.job().jobId())
                            .filter(WorkflowProgress::hasSteps);
            return Report.of(
                            details.toJson(),
                            page -> table(details, steps, page),
                            () -> plain(details, steps))
                    .withBare()
                    .withIds(List.of(details.job().jobId().value()));
        }
    }

    static Fields header(JobDetails details, Optional<WorkflowProgress> steps) {
        var job = details.job();
        var progress = JobProgress.of(details);
        var fields =
                new Fields()
                        .add("Job ID", job.jobId().value())
                        .add("Name", job.jobName().orElse(job.graphId()))
                        .add("Status", job.status().wire())
                        .add("Submitted", Timestamps.format(job.submittedAt()))
                        .add("Updated", Timestamps.format(job.updatedAt()))
                        .add("Steps", steps.map(all -> StepsProgress.of(all).text(", ")))
                        .add("Handled", progress.messages())
                        .add("Recovery", job.recoveryPolicy());
        job.failure().ifPresent(failure -> failure(failure, fields));
        return fields.add("Next", next(details));
    }

    private static void failure(Failure failure, Fields fields) {
        fields.add("Failure", "(" + failure.code() + ") " + failure.desc())
                .add("Details", failure.details().string("message"))
                .add("Remedy", failure.remediation());
    }

    private static String next(JobDetails details) {
        var id = details.job().jobId();
        return switch (details.job().status()) {
            case COMPLETED -> "mn job result " + id;
            case FAILED, CANCELLED, UNKNOWN -> "mn job events " + id;
            case PAUSED, PAUSING -> "mn job resume " + id;
            case PENDING, VALIDATED, SCHEDULED, QUEUED, RUNNING, CANCELLING ->
                    "mn job monitor " + id;
        };
    }

    private static Table agents(List<AgentView> agents) {
        return Table.of(
                List.of("Agent", "Type", "Status", "Handled", "Waiting", "Last error"),
                agents.stream()
                        .map(
                                agent ->
                                        List.of(
                                                agent.agentId().value(),
                                                agent.agentType(),
                                                agent.status().wire(),
                                                Long.toString(agent.processedMessages()),
                                                Long.toString(agent.mailboxDepth()),
                                                agent.lastError().orElse("")))
                        .toList());
    }

    /** Steps as a table; those of a big graph are for their own command. */
    private static Optional<Table> steps(Optional<WorkflowProgress> steps) {
        return steps.map(WorkflowProgress::steps)
                .filter(all -> all.size() <= STEPS_MAX)
                .map(JobSteps::table);
    }

    private List<String> table(JobDetails details, Optional<WorkflowProgress> steps, Page page) {
        var lines = new ArrayList<>(header(details, steps).lines(page));
        steps(steps)
                .ifPresent(
                        table -> {
                            lines.add("");
                            lines.addAll(table.lines(page));
                        });
        if (!details.agents().isEmpty()) {
            lines.add("");
            lines.addAll(agents(details.agents()).lines(page));
        }
        var shown = shown(details);
        if (!shown.isEmpty()) {
            lines.add("");
            lines.add(page.palette().bold("Last events"));
            shown.forEach(line -> lines.add(Text.cut(line, page.width())));
        }
        return lines;
    }

    private List<String> shown(JobDetails details) {
        return events < 1 ? List.of() : EventText.lines(details.recentEvents().reversed());
    }

    private List<String> plain(JobDetails details, Optional<WorkflowProgress> steps) {
        var lines = new ArrayList<>(header(details, steps).plain());
        steps(steps).ifPresent(table -> lines.addAll(table.plain()));
        lines.addAll(agents(details.agents()).plain());
        lines.addAll(shown(details));
        return lines;
    }
}
