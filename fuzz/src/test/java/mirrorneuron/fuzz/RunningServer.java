package mirrorneuron.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.server.MnServer;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.grpc.GrpcSettings;
import mirrorneuron.server.http.HttpSettings;

/**
 * The real server on ports of its own. It finds no program on its path, so no input makes it run
 * one. Jobs that inputs make pile up, so it begins anew in an empty home now and then.
 */
final class RunningServer implements AutoCloseable {

    /** A job that waits, with this id. */
    static final String JOB = "waiting";

    private static final int JOBS_MAX = 300;

    private final Path folder;
    private int lives;
    private int jobs;
    private MnServer server;

    RunningServer(Path folder) throws IOException {
        this.folder = folder;
        server = start();
    }

    private MnServer start() throws IOException {
        lives++;
        var home = Files.createDirectory(folder.resolve("home-" + lives));
        var nothing = Files.createDirectory(folder.resolve("path-" + lives));
        var started =
                MnServer.start(
                        new ServerSettings(
                                ServerSettings.Mode.TEST,
                                new HttpSettings(
                                        "localhost",
                                        0,
                                        Optional.empty(),
                                        1 << 20,
                                        Duration.ofMinutes(1),
                                        List.of(),
                                        Duration.ofSeconds(10)),
                                grpc(),
                                home,
                                home.resolve("runs"),
                                new ServerSettings.LogFile(
                                        home.resolve("logs/api.log"), "error", 1 << 20, 1),
                                Optional.empty(),
                                Map.of("PATH", nothing.toString())));
        var manifest = Json.parse(Corpus.text("fuzz/src/test/resources/waiting.json"));
        started.runtime()
                .jobs()
                .submit(
                        new BundleSource.Inline(manifest.toString(), Map.of()),
                        SubmitOptions.defaults().withJobId(JobId.of(JOB)))
                .orThrow();
        return started;
    }

    private static GrpcSettings grpc() {
        return new GrpcSettings(
                "localhost",
                0,
                OptionalInt.empty(),
                GrpcSettings.Access.OPEN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1 << 20,
                true,
                Duration.ofSeconds(5));
    }

    MnServer server() {
        return server;
    }

    /**
     * Notes a job that an input made.
     *
     * @return whether the server is another one now, on other ports
     */
    boolean tookJob() {
        if (++jobs < JOBS_MAX) {
            return false;
        }
        jobs = 0;
        server.close();
        try {
            delete(folder.resolve("home-" + lives));
            server = start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return true;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
