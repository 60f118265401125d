package mirrorneuron.cli.node;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import mirrorneuron.api.ClusterOverview;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;

/** Lists the processes that run work. */
@Command(
        name = "list",
        description = {
            "List the nodes with their worker pools and sandbox levels.",
            "In a pipe this is the bare JSON document."
        },
        footer = {"", "Example:", "  mn node list --json"})
public final class NodeList extends Leaf implements Watched {

    public NodeList(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var overview = runtime.monitor().clusterOverview(JobQuery.unfinished());
            var table = table(overview);
            return Report.of(document(overview), table::lines, table::plain)
                    .withBare()
                    .withIds(overview.nodes().stream().map(node -> node.name().value()).toList());
        }
    }

    private static JsonObject document(ClusterOverview overview) {
        return JsonObject.builder()
                .put(
                        "nodes",
                        JsonArray.of(overview.nodes().stream().map(NodeInfo::toJson).toList()))
                .put("unfinished_jobs", overview.jobs().size())
                .build();
    }

    private static Table table(ClusterOverview overview) {
        return Table.of(
                List.of("Name", "Status", "Eligible", "Pools (in use/capacity)", "Jobs"),
                overview.nodes().stream()
                        .map(
                                node ->
                                        List.of(
                                                node.name().value(),
                                                node.status().wire(),
                                                node.schedulingEligible() ? "yes" : "no",
                                                pools(node),
                                                Integer.toString(overview.jobs().size())))
                        .toList());
    }

    private static String pools(NodeInfo node) {
        return node.executorPools().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(
                        pool ->
                                pool.getKey()
                                        + " "
                                        + pool.getValue().inUse()
                                        + "/"
                                        + pool.getValue().capacity())
                .collect(Collectors.joining(", "));
    }
}
