package mirrorneuron.server;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.server.config.ConfigurationException;
import mirrorneuron.server.config.EnvironmentFiles;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.http.HttpEdge;
import mirrorneuron.server.log.ServerLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program: serves until it is told to stop. */
public final class ServerMain {

    /** A variable cannot be used. */
    public static final int EXIT_CONFIGURATION = 2;

    private static final int EXIT_FAILED = 1;

    private ServerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        int exit = serve(System.getenv(), Path.of(""), System.out, System.err);
        if (exit != 0) {
            System.exit(exit);
        }
    }

    /**
     * Starts, says where it serves, and returns when the process is told to stop; what then runs is
     * finished first.
     *
     * @return 0, or the exit code of a start that was refused; its reason is one line on {@code
     *     err}
     */
    public static int serve(
            Map<String, String> environment, Path folder, PrintStream out, PrintStream err)
            throws InterruptedException {
        ServerSettings settings;
        try {
            settings =
                    ServerSettings.of(
                            EnvironmentFiles.merged(environment, folder.toAbsolutePath()),
                            Path.of(System.getProperty("user.home")));
        } catch (ConfigurationException refused) {
            err.println("Expected settings to start with, but " + refused.getMessage());
            return EXIT_CONFIGURATION;
        }
        var log = ServerLog.takeOver(settings, InstantSource.system());
        try {
            log.open();
        } catch (IOException unwritable) {
            err.println("Warning: nothing can be logged: " + unwritable);
        }
        MnServer server;
        try {
            server = MnServer.start(settings);
        } catch (MirrorNeuronException | IOException refused) {
            logger().error("the server did not start", refused);
            err.println(refused.getMessage());
            return EXIT_FAILED;
        }
        var stopped = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    told.countDown();
                                    try {
                                        logger().info("the server stops");
                                        server.close();
                                        logger().info("the server has stopped");
                                    } finally {
                                        stopped.countDown();
                                    }
                                },
                                "mn-stop"));
        warnOfOpenDoor(settings, err);
        logger().info(
                        "version {} serves port {} from {}",
                        server.runtime().capabilities().version(),
                        server.port(),
                        settings.home());
        out.println(
                "MirrorNeuron serves http://"
                        + settings.http().host()
                        + ":"
                        + server.port()
                        + HttpEdge.BASE
                        + " from "
                        + settings.home());
        out.flush();
        told.await();
        stopped.await();
        return 0;
    }

    // Not before the log was taken over: a logger belongs to who provides when it is made.
    private static Logger logger() {
        return LoggerFactory.getLogger(ServerMain.class);
    }

    private static void warnOfOpenDoor(ServerSettings settings, PrintStream err) {
        try {
            if (!InetAddress.getByName(settings.http().host()).isLoopbackAddress()) {
                err.println(
                        settings.http().token().isPresent()
                                ? "Warning: other machines can reach this server, without"
                                        + " encryption; put a proxy with TLS in front of it"
                                : "Warning: other machines can reach this server, and nothing asks"
                                        + " them who they are; set MN_API_TOKEN");
            }
        } catch (UnknownHostException _) {
            // It could be bound, so it has an address; there is nothing to warn of.
            return;
        }
    }
}
