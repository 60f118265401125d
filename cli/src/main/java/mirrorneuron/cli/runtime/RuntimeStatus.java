package mirrorneuron.cli.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import mirrorneuron.cli.view.Elapsed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what the server of a home says of itself. */
@Command(
        name = "status",
        description = {
            "Show what the server of the home holds: jobs, nodes, components.",
            "Exit code 1 when no server runs. MN_API_TOKEN is sent to it.",
            "A server that --target names is asked over gRPC, which tells less."
        },
        footer = {"", "Example:", "  mn runtime status --json"})
public final class RuntimeStatus extends Leaf implements Watched {

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for its answer. Default: ${DEFAULT-VALUE}.")
    double timeoutSeconds = 3;

    public RuntimeStatus(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var wait = Timeout.of(timeoutSeconds);
        var found = HomeServer.of(desk.home());
        var named = NamedServer.of(desk, found);
        if (named.isPresent()) {
            return named.get().status(desk, wait);
        }
        var server = found.running().orElseThrow(() -> Absent.failure(desk, found));
        var status = new ServerCall(server, desk, wait).document("/runtime/status");
        var fields = fields(server, status);
        var table = components(status);
        return Report.of(
                        status.with("endpoint", server.toJson()),
                        page -> joined(fields.lines(page), table.lines(page)),
                        () -> joined(fields.plain(), table.plain()))
                .withIds(List.of(server.url()));
    }

    private static List<String> joined(List<String> fields, List<String> table) {
        var lines = new ArrayList<>(fields);
        lines.add("");
        lines.addAll(table);
        return lines;
    }

    private static Fields fields(ServerEndpoint server, JsonObject status) {
        var runtime = status.object("runtime");
        return new Fields()
                .add("Status", status.string("overall"))
                .add("URL", server.url())
                .add("Home", server.home().toString())
                .add("Process", Long.toString(server.pid()))
                .add("Node", runtime.string("node"))
                .add("Version", runtime.string("version"))
                .add(
                        "Uptime",
                        Elapsed.of(Duration.ofSeconds(runtime.integer("uptime_seconds").orElse(0))))
                .add("Jobs", jobs(status.object("jobs").object("by_status")))
                .add("Nodes", Long.toString(status.object("nodes").integer("total").orElse(0)));
    }

    /** {@code 12 completed, 3 running}; statuses that no job has are left out. */
    static String jobs(JsonObject counts) {
        var text = new StringJoiner(", ").setEmptyValue("none");
        counts.forEach(
                (status, count) -> {
                    if (count instanceof JsonNumber number && !number.toString().equals("0")) {
                        text.add(number + " " + status);
                    }
                });
        return text.toString();
    }

    private static Table components(JsonObject status) {
        return Table.of(
                List.of("Component", "Status", "Detail"),
                status.array("components").stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .map(
                                component ->
                                        List.of(
                                                component.string("name").orElse(""),
                                                component.string("status").orElse(""),
                                                component.string("detail").orElse("")))
                        .toList());
    }
}
