package mirrorneuron.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import mirrorneuron.api.MirrorNeuron;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left in a process whose server was closed: programs open and close one after another. */
class ClosedServerTest {

    @TempDir Path home;

    @Test
    void its_runtime_and_whatever_that_remembers_are_let_go() throws IOException {
        var runtime = usedAndClosed();
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> {
                            System.gc();
                            return runtime.refersTo(null);
                        });
    }

    private WeakReference<MirrorNeuron> usedAndClosed() throws IOException {
        try (var server = Served.at(home)) {
            var job = server.submit(Served.idle(), Map.of());
            server.awaitStatus(job, "running");
            assertThat(server.get("/jobs").status()).isEqualTo(200);
            return new WeakReference<>(server.server().runtime());
        }
    }
}
