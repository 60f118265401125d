package mirrorneuron.bench.row;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.server.MnServer;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.http.HttpSettings;

/** The server over real sockets, in this process; runs leave their files, as they do by default. */
final class Serving {

    private Serving() {}

    static MnServer start(Path home) throws IOException {
        return MnServer.start(
                new ServerSettings(
                        ServerSettings.Mode.TEST,
                        new HttpSettings(
                                "localhost",
                                0,
                                Optional.empty(),
                                5 << 20,
                                Duration.ofMinutes(1),
                                List.of(),
                                Duration.ofSeconds(5)),
                        new GrpcSettings(
                                "localhost",
                                0,
                                OptionalInt.empty(),
                                GrpcSettings.Access.OPEN,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                64 << 20,
                                false,
                                Duration.ofSeconds(5)),
                        home,
                        home.resolve("runs"),
                        new ServerSettings.LogFile(
                                home.resolve("logs/api.log"), "error", 1 << 20, 1),
                        Optional.empty(),
                        Map.of()));
    }
}
