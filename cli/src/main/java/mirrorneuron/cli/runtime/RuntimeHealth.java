package mirrorneuron.cli.runtime;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks that the server of a home is well. */
@Command(
        name = "health",
        description = {
            "Check that the server of the home answers and is well; it needs no token.",
            "A server that --target names is asked over gRPC.",
            "Exit code 1 when anything is wrong."
        },
        footer = {"", "Example:", "  mn runtime health --timeout 1"})
public final class RuntimeHealth extends Leaf implements Watched {

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for its answer. Default: ${DEFAULT-VALUE}.")
    double timeoutSeconds = 3;

    public RuntimeHealth(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var wait = Timeout.of(timeoutSeconds);
        var found = HomeServer.of(desk.home());
        var named = NamedServer.of(desk, found);
        var checks =
                named.map(server -> List.of(server.check(desk, wait)))
                        .or(() -> found.running().map(server -> ask(server, desk, wait)))
                        .orElseGet(
                                () ->
                                        List.of(
                                                Check.of(
                                                        "REST API",
                                                        false,
                                                        desk.home().toString(),
                                                        Absent.sentence(desk, found))));
        var table = Check.table(checks);
        var sick = checks.stream().filter(check -> !check.well()).toList();
        var document = Check.document(checks);
        if (sick.isEmpty()) {
            return Report.of(document, table::lines, table::plain);
        }
        throw CommandFailure.of(
                        "MN_DIAGNOSTIC_FAILED",
                        ExitCode.FAILED,
                        sick.getFirst().component() + " is not well: " + sick.getFirst().detail(),
                        hint(named, found))
                .with(document, table);
    }

    private static String hint(Optional<NamedServer> named, HomeServer found) {
        if (named.isPresent()) {
            return "--target names another server; without it that of the home is looked at";
        }
        return found.running().isPresent()
                ? "mn runtime logs shows what the server says"
                : "mn runtime start starts one; --home or MN_HOME names another home";
    }

    /** A server that asks for a token is well: only its answers are for others. */
    static Check overGrpc(String target, Supplier<MirrorNeuron> opened) {
        try (var runtime = opened.get()) {
            runtime.ping();
            return Check.of("gRPC", true, target, "");
        } catch (NotAuthorizedException _) {
            return Check.of("gRPC", true, target, "it asks for a token");
        } catch (MirrorNeuronException refused) {
            return Check.of("gRPC", false, target, String.valueOf(refused.getMessage()));
        }
    }

    static List<Check> ask(ServerEndpoint server, Desk desk, Duration wait) {
        ServerCall.Answer answer;
        try {
            answer = new ServerCall(server, desk, wait).get("/health");
        } catch (IOException silent) {
            return List.of(Check.of("REST API", false, server.url(), ServerCall.reason(silent)));
        }
        var body = answer.body();
        var checks = new ArrayList<Check>();
        checks.add(
                Check.of(
                        "REST API",
                        answer.status() == 200,
                        server.url(),
                        answer.status() == 200
                                ? "version "
                                        + body.string("version").orElse("unknown")
                                        + ", authentication "
                                        + body.string("auth").orElse("unknown")
                                : "HTTP status " + answer.status()));
        server.grpc()
                .ifPresent(
                        target ->
                                checks.add(overGrpc(target, () -> desk.openServer(target, wait))));
        body.object("dependencies")
                .forEach(
                        (name, state) -> {
                            if (state instanceof JsonObject dependency) {
                                boolean well =
                                        dependency
                                                .string("status")
                                                .filter("ok"::equals)
                                                .isPresent();
                                if (well && name.equals("redis")) {
                                    // There for older clients; this release keeps its own store.
                                    return;
                                }
                                checks.add(
                                        Check.of(
                                                name,
                                                well,
                                                server.home().toString(),
                                                dependency.string("detail").orElse("")));
                            }
                        });
        return checks;
    }
}
