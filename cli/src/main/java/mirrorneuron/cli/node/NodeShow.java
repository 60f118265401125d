package mirrorneuron.cli.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one node. */
@Command(
        name = "show",
        description = "Show a node: whether it takes work, its pools, its hardware.",
        footer = {"", "Example:", "  mn node show local"})
public final class NodeShow extends Leaf implements Watched {

    @Parameters(paramLabel = "NODE", description = "The node's name, as mn node list shows it.")
    String name = "";

    public NodeShow(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            var nodes = runtime.monitor().clusterOverview(JobQuery.unfinished()).nodes();
            var node =
                    nodes.stream()
                            .filter(one -> one.name().value().equals(name))
                            .findFirst()
                            .orElseThrow(() -> unknown(nodes));
            var fields = fields(node);
            return Report.of(node.toJson(), fields::lines, fields::plain)
                    .withIds(List.of(node.name().value()));
        }
    }

    private CommandFailure unknown(List<NodeInfo> nodes) {
        var known = nodes.stream().map(node -> node.name().value()).toList();
        return CommandFailure.notFound(
                "There is no node '" + name + "'" + DidYouMean.sentence(name, known),
                "mn node list shows the nodes");
    }

    private static Fields fields(NodeInfo node) {
        var hardware = node.raw().object("hardware");
        var fields =
                new Fields()
                        .add("Status", node.status())
                        .add("Name", node.name().value())
                        .add("Takes work", node.schedulingEligible() ? "yes" : "no")
                        .add("Platform", text(hardware, "platform"))
                        .add("CPU", text(hardware, "cpu"))
                        .add("Memory", text(hardware, "memory"))
                        .add("Disk", text(hardware, "disk"))
                        .add("GPU", text(hardware, "gpu"));
        node.executorPools().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        pool ->
                                fields.add(
                                        "Pool " + pool.getKey(),
                                        pool.getValue().inUse()
                                                + " of "
                                                + pool.getValue().capacity()
                                                + " slots in use, "
                                                + pool.getValue().queued()
                                                + " waiting"));
        return fields;
    }

    /** Objects as {@code name value, …}; what is absent or empty is left out. */
    private static Optional<String> text(JsonObject object, String name) {
        var value = object.at(name);
        if (value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof JsonObject parts) {
            var words = new ArrayList<String>();
            parts.forEach(
                    (part, found) -> {
                        if (!found.isNull()) {
                            words.add(part + " " + plain(found.toString()));
                        }
                    });
            return Optional.of(String.join(", ", words));
        }
        return Optional.of(plain(value.toString()));
    }

    private static String plain(String json) {
        return json.equals("[]") ? "none" : json.replace("\"", "");
    }
}
