package mirrorneuron.cli.runtime;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;

/** Where a server answers: a row for each service, then what was done. */
final class EndpointReport {

    private EndpointReport() {}

    /**
     * @param changed false when it ran already
     */
    static Report of(ServerEndpoint server, boolean changed) {
        var table = table(server);
        var confirmation =
                new Confirmation(
                        "Runtime start",
                        changed,
                        new Fields()
                                .add("Status", changed ? "running" : "already running")
                                .add("Node", server.node().value())
                                .add("Home", server.home().toString())
                                .add("Process", Long.toString(server.pid())),
                        "curl -s " + server.url() + "/health");
        return Report.of(
                        JsonObject.builder()
                                .put("status", "running")
                                .put("changed", changed)
                                .put("endpoint", server.toJson())
                                .build(),
                        page -> joined(table.lines(page), confirmation.lines(page)),
                        () -> joined(table.plain(), confirmation.plain()))
                .withIds(List.of(server.url()));
    }

    static Table table(ServerEndpoint server) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("REST API", server.host(), Integer.toString(server.port()), server.url()));
        server.grpc().ifPresent(target -> rows.add(grpc(target)));
        return table(rows);
    }

    static Table table(List<List<String>> rows) {
        return Table.of(List.of("Service", "Host", "Port", "URL"), rows);
    }

    /**
     * @param target {@code host:port}
     */
    static List<String> grpc(String target) {
        int colon = target.lastIndexOf(':');
        return colon < 0
                ? List.of("gRPC", target, "", target)
                : List.of("gRPC", target.substring(0, colon), target.substring(colon + 1), target);
    }

    static List<String> joined(List<String> table, List<String> rest) {
        var lines = new ArrayList<>(table);
        lines.add("");
        lines.addAll(rest);
        return lines;
    }
}
