package mirrorneuron.cli.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;

/**
 * A server that was named by its gRPC address. It is another one than the home's, or is taken for
 * one: nothing of the home is said of it, and it is asked over gRPC alone.
 *
 * @param target {@code host:port}
 */
record NamedServer(String target) {

    /** Empty when no server was named, or the home's own. */
    static Optional<NamedServer> of(Desk desk, HomeServer ofHome) {
        return desk.namedServer()
                .filter(
                        target ->
                                ofHome.running()
                                        .flatMap(ServerEndpoint::grpc)
                                        .filter(target::equals)
                                        .isEmpty())
                .map(NamedServer::new);
    }

    Check check(Desk desk, Duration wait) {
        return RuntimeHealth.overGrpc(target, () -> desk.openNamedServer(wait));
    }

    /** What it says of itself over gRPC. */
    Report status(Desk desk, Duration wait) {
        try (var runtime = desk.openNamedServer(wait)) {
            var metrics = runtime.monitor().metrics();
            var version = runtime.capabilities().version();
            var counts = metrics.toJson();
            var fields =
                    new Fields()
                            .add("Status", "passing")
                            .add("gRPC", target)
                            .add("Version", version)
                            .add(
                                    "Jobs",
                                    RuntimeStatus.jobs(counts.object("jobs").object("by_status")))
                            .add("Nodes", Integer.toString(metrics.nodes()));
            return Report.of(
                            JsonObject.builder()
                                    .put("overall", "passing")
                                    .put(
                                            "runtime",
                                            JsonObject.builder().put("version", version).build())
                                    .put("components", JsonArray.of(check(desk, wait).toJson()))
                                    .put("jobs", counts.object("jobs"))
                                    .put("nodes", counts.object("nodes"))
                                    .put("endpoint", endpoint())
                                    .build(),
                            fields::lines,
                            fields::plain)
                    .withIds(List.of(target));
        }
    }

    JsonObject endpoint() {
        return JsonObject.builder().put("grpc", target).build();
    }

    Table table() {
        return EndpointReport.table(List.of(EndpointReport.grpc(target)));
    }
}
