package mirrorneuron.cli.runtime;

import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.home.HomeServer;

/** What is said where a server was expected. */
final class Absent {

    private Absent() {}

    static String sentence(Desk desk, HomeServer server) {
        return switch (server) {
            case HomeServer.Running(var endpoint) ->
                    "The server " + endpoint.url() + " runs on " + desk.home();
            case HomeServer.Gone(var endpoint) ->
                    "No server runs on "
                            + desk.home()
                            + ": process "
                            + endpoint.pid()
                            + ", which did, was killed";
            case HomeServer.None _ -> "No server runs on " + desk.home();
        };
    }

    static CommandFailure failure(Desk desk, HomeServer server) {
        return CommandFailure.of(
                "MN_RUNTIME_UNAVAILABLE",
                ExitCode.FAILED,
                sentence(desk, server),
                "mn runtime start starts one; --home or MN_HOME names another home");
    }
}
