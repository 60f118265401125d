package mirrorneuron.cli.runtime;

import java.util.List;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;

/** Shows where the server of a home answers. */
@Command(
        name = "ports",
        description = "Show where the server of the home answers. Exit code 1 when there is none.",
        footer = {"", "Example:", "  mn resource ports"})
public final class RuntimePorts extends Leaf implements Watched {

    public RuntimePorts(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var found = HomeServer.of(desk.home());
        var named = NamedServer.of(desk, found);
        if (named.isPresent()) {
            return ports(named.get(), desk);
        }
        var server = found.running().orElseThrow(() -> Absent.failure(desk, found));
        var table = EndpointReport.table(server);
        return Report.of(server.toJson(), table::lines, table::plain)
                .withIds(List.of(server.url()));
    }

    /** Of a server that was named only what was named is known, and that it answers there. */
    private static Report ports(NamedServer server, Desk desk) {
        try (var runtime = desk.openToRead()) {
            runtime.ping();
        }
        var table = server.table();
        return Report.of(server.endpoint(), table::lines, table::plain)
                .withIds(List.of(server.target()));
    }
}
