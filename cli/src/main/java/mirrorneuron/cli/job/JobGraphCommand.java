package mirrorneuron.cli.job;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobGraph;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Monitor;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.view.GraphText;
import mirrorneuron.cli.view.StepGraph;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the agents of a job and the ways between them. */
@Command(
        name = "graph",
        description = {
            "Draw the steps of a job and what they wait for.",
            "A job without steps, or --agents, shows its agents, the ways between them, and what went"
                    + " along them."
        },
        footer = {
            "",
            "Example:",
            "  mn job graph prime_sweep-1750000000000-0123456789ab --format mermaid"
        })
public final class JobGraphCommand extends Leaf implements Watched {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "ascii, mermaid or dot. Default: ascii.")
    GraphText.Language format = GraphText.Language.ascii;

    @Option(names = "--agents", description = "The agents, also where there are steps.")
    boolean agents;

    public JobGraphCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var graph = graph(runtime.monitor(), JobId.of(jobId));
            if (graph.isEmpty()) {
                throw JobLookup.unknown(runtime, jobId);
            }
            return new GraphText(graph.get()).in(format).withIds(List.of(jobId));
        }
    }

    private Optional<JobGraph> graph(Monitor monitor, JobId job) {
        var steps =
                agents
                        ? Optional.<WorkflowProgress>empty()
                        : monitor.workflowProgress(job).filter(WorkflowProgress::hasSteps);
        return steps.map(StepGraph::of).or(() -> monitor.graph(job));
    }
}
