package mirrorneuron.cli.runtime;

import java.io.IOException;
import java.net.BindException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.spi.RunningServer;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.home.HomeServer;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the server of a home. */
@Command(
        name = "start",
        description = {
            "Run the home as a server: jobs, runs and streams over HTTP and gRPC.",
            "It runs in the background until mn runtime stop, and unfinished jobs go on.",
            "Settings are the MN_ variables of docs/configuration.md."
        },
        footer = {"", "Example:", "  mn runtime start --port 54001"})
public final class RuntimeStart extends Leaf {

    private static final String GRPC_PORT_OF_OTHERS = "55051";

    @Option(
            names = "--foreground",
            description = "Serve in this process, until it is interrupted or told to end.")
    boolean foreground;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "The address to listen on. Default: MN_API_HOST, else localhost.")
    Optional<String> host = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The port to listen on. Default: MN_API_PORT, else 54001.")
    Optional<Integer> port = Optional.empty();

    @Option(
            names = "--grpc-port",
            paramLabel = "N",
            description = "The port for gRPC. Default: MN_GRPC_PORT, else 50051 and 55051.")
    Optional<Integer> grpcPort = Optional.empty();

    public RuntimeStart(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        check("--port", port);
        check("--grpc-port", grpcPort);
        if (foreground) {
            return serve(desk);
        }
        var running = HomeServer.of(desk.home()).running();
        return running.isPresent() ? already(running.get()) : launch(desk);
    }

    private static void check(String option, Optional<Integer> port) {
        if (port.isPresent() && (port.get() < 1 || port.get() > 65_535)) {
            throw CommandFailure.usage(
                    option + ": " + port.get() + " (expected: a port from 1 to 65535)",
                    "see mn runtime start --help");
        }
    }

    private Report already(ServerEndpoint server) {
        boolean elsewhere =
                port.filter(wanted -> wanted != server.port()).isPresent()
                        || host.filter(wanted -> !wanted.equals(server.host())).isPresent();
        return EndpointReport.of(server, false)
                .withWarnings(
                        elsewhere
                                ? List.of(
                                        "it listens where it was started; mn runtime stop first, to"
                                                + " start it elsewhere")
                                : List.of());
    }

    private Report launch(Desk desk) throws InterruptedException {
        try {
            return EndpointReport.of(new BackgroundStart(desk, host, port, grpcPort).run(), true);
        } catch (CommandFailure failure) {
            // Another start may have been faster, and then the home has what was asked for.
            var winner = HomeServer.of(desk.home()).running();
            if (failure.code().equals("MN_HOME_IN_USE") && winner.isPresent()) {
                return already(winner.get());
            }
            throw failure;
        }
    }

    private Report serve(Desk desk) throws InterruptedException {
        // From here on a request to end is noticed, so it also ends a start in an orderly way.
        try (var interrupts = desk.surroundings().interrupts().listen();
                var server = open(desk)) {
            server.warnings().forEach(desk::warn);
            show(desk, EndpointReport.of(server.endpoint(), true));
            interrupts.await(Jobs.WAIT_FOREVER);
            desk.note("→ stopping: running requests and commands are finished first");
        }
        return Report.done(ExitCode.SUCCESS);
    }

    private RunningServer open(Desk desk) {
        try {
            return desk.surroundings()
                    .servers()
                    .start(variables(desk), desk.surroundings().workingDirectory());
        } catch (InvalidRequestException refused) {
            throw CommandFailure.invalid(
                            String.valueOf(refused.getMessage()),
                            "docs/configuration.md lists the variables")
                    .causedBy(refused);
        } catch (BindException taken) {
            throw CommandFailure.of(
                            "MN_ADDRESS_UNAVAILABLE",
                            ExitCode.FAILED,
                            String.valueOf(taken.getMessage()),
                            "choose another with --host, --port or --grpc-port")
                    .causedBy(taken);
        } catch (IOException unwritable) {
            throw new RuntimeUnavailableException(
                    "Expected to serve "
                            + desk.home()
                            + ", but its endpoint cannot be written down: "
                            + unwritable.getMessage());
        }
    }

    /** The environment, with what the options say in place of what it says. */
    private Map<String, String> variables(Desk desk) {
        var variables = new HashMap<>(desk.surroundings().environment());
        variables.put("MN_HOME", desk.home().toString());
        host.ifPresent(value -> variables.put("MN_API_HOST", value));
        port.ifPresent(value -> variables.put("MN_API_PORT", Integer.toString(value)));
        grpcPort.ifPresent(value -> variables.put("MN_GRPC_PORT", Integer.toString(value)));
        if (!variables.containsKey("MN_GRPC_PORT")) {
            // Nobody chose, and of the clients around some look here by themselves.
            variables.putIfAbsent("MN_GRPC_SECOND_PORT", GRPC_PORT_OF_OTHERS);
        }
        return variables;
    }
}
