package mirrorneuron.cli.job;

import java.util.List;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists a job's agents. */
@Command(
        name = "agents",
        description = "List a job's agents: status, messages handled and waiting, last error.",
        footer = {"", "Example:", "  mn job agents prime_sweep-1750000000000-0123456789ab"})
public final class JobAgents extends Leaf implements Watched {

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    String jobId = "";

    public JobAgents(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var agents = JobLookup.details(runtime, jobId, 1).agents();
            var table =
                    Table.of(
                            List.of(
                                    "Agent",
                                    "Type",
                                    "Status",
                                    "Handled",
                                    "Waiting",
                                    "Node",
                                    "Last error"),
                            agents.stream().map(JobAgents::row).toList());
            return Report.of(
                            JsonArray.of(agents.stream().map(AgentView::raw).toList()),
                            table::lines,
                            table::plain)
                    .withIds(agents.stream().map(agent -> agent.agentId().value()).toList());
        }
    }

    private static List<String> row(AgentView agent) {
        return List.of(
                agent.agentId().value(),
                agent.agentType(),
                agent.status().wire(),
                Long.toString(agent.processedMessages()),
                Long.toString(agent.mailboxDepth()),
                agent.assignedNode().map(NodeName::value).orElse(""),
                agent.lastError().orElse(""));
    }
}
