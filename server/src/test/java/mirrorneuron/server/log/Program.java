package mirrorneuron.server.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import mirrorneuron.server.Provider;

/** A server as a program of its own, until it is told to stop. */
public final class Program {

    private Program() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var server = new Provider().start(System.getenv(), Path.of(""));
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    server.close();
                                    stopped.countDown();
                                }));
        System.out.println("MirrorNeuron serves " + server.endpoint().url());
        stopped.await();
    }
}
