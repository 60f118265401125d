package mirrorneuron.cli.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import mirrorneuron.api.JobQuery;
import mirrorneuron.api.NodeInfo;
import mirrorneuron.api.json.JsonNumber;
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
                        .add("Status", node.status().wire())
                        .add("Name", node.name().value())
                        .add("Takes work", node.schedulingEligible() ? "yes" : "no")
                        .add("Platform", hardware.object("platform").string("display_name"))
                        .add("CPU", processors(hardware.object("cpu")))
                        .add("Memory", room(hardware.object("memory")))
                        .add("Disk", room(hardware.object("disk")))
                        .add("GPU", devices(hardware.array("devices").objects()));
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

    /** {@code 2 processors, AMD EPYC, load 0.8}; what the node does not tell is left out. */
    private static Optional<String> processors(JsonObject cpu) {
        var parts = new ArrayList<String>();
        cpu.integer("logical_processors")
                .ifPresent(count -> parts.add(count + (count == 1 ? " processor" : " processors")));
        cpu.string("model").ifPresent(parts::add);
        cpu.number("load_ratio").ifPresent(load -> parts.add("load " + oneDigit(load.asDouble())));
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
    }

    /** {@code 23.5 GB, 22.7 GB free}. */
    private static Optional<String> room(JsonObject of) {
        return of.number("total_bytes")
                .map(
                        total ->
                                gigabytes(total)
                                        + of.number("available_bytes")
                                                .map(free -> ", " + gigabytes(free) + " free")
                                                .orElse(""));
    }

    private static String gigabytes(JsonNumber bytes) {
        return oneDigit(bytes.asDouble() / (1L << 30)) + " GB";
    }

    private static String oneDigit(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String devices(List<JsonObject> devices) {
        return devices.isEmpty()
                ? "none"
                : devices.stream()
                        .map(device -> device.string("name").orElse("unnamed"))
                        .collect(Collectors.joining(", "));
    }
}
