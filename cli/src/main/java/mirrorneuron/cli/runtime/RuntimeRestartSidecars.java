package mirrorneuron.cli.runtime;

import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For those who know a server of several processes: this one is one, so nothing is restarted. */
@Command(
        name = "restart-sidecars",
        description = {
            "Say what the server serves. It is one process, so there is nothing beside it to restart.",
            "Exit code 1 when no server runs."
        },
        footer = {"", "Example:", "  mn runtime restart-sidecars"})
public final class RuntimeRestartSidecars extends Leaf {

    @Option(names = "--api", description = "The REST API, which is a part of the server.")
    boolean api;

    @Option(names = "--web-ui", description = "The web UI; this release has none.")
    boolean webUi;

    public RuntimeRestartSidecars(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        if (webUi && !api) {
            throw CommandFailure.precondition(
                    "Expected to restart the web UI, but this release has none",
                    "mn resource ports shows what is served");
        }
        var found = HomeServer.of(desk.home());
        var server = found.running().orElseThrow(() -> Absent.failure(desk, found));
        var table = EndpointReport.table(server);
        var confirmation =
                new Confirmation(
                        "Runtime restart-sidecars",
                        false,
                        new Fields()
                                .add("Status", "nothing to restart")
                                .add(
                                        "Why",
                                        "everything is served by process "
                                                + server.pid()
                                                + ", which runs"),
                        "mn runtime health");
        return Report.of(
                JsonObject.builder()
                        .put("status", "nothing to restart")
                        .put("changed", false)
                        .put("restarted", JsonArray.ofStrings(List.of()))
                        .put("endpoint", server.toJson())
                        .build(),
                page -> EndpointReport.joined(table.lines(page), confirmation.lines(page)),
                () -> EndpointReport.joined(table.plain(), confirmation.plain()));
    }
}
