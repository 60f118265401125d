package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import mirrorneuron.store.rocksdb.RocksStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread that records runs, on a store that cannot always be used. */
class RecorderOnFullStoreTest {

    private static final JobId JOB = JobId.of("door-1");

    @TempDir Path folder;

    private final CountDownLatch refused = new CountDownLatch(1);
    private volatile boolean full = true;

    @Test
    void runs_are_recorded_again_when_the_store_can_be_used_again() throws Exception {
        submitted();
        try (var real = RocksStore.open(folder)) {
            var root = folder.resolve("runs");
            var library = new BundleLibrary(real, folder.resolve("cache"), ManifestLimits.DEFAULT);
            var recorder =
                    RunRecorder.of(
                            fullAtTimes(real),
                            new Bodies(real.blobs()),
                            library::find,
                            InstantSource.system(),
                            new RunSettings(
                                    root, 10 << 20, Long.MAX_VALUE, Optional.empty(), List.of()),
                            true);
            recorder.start();
            assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(root.resolve(JOB.value())).doesNotExist();

            full = false;
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> Files.exists(root.resolve(JOB.value()).resolve("result.json")));
            recorder.close(Duration.ofSeconds(5));
        }
    }

    /** A job that has ended, in a home without runs. */
    private void submitted() throws InterruptedException {
        try (var mn = MirrorNeuron.embedded().home(folder).recordRuns(false).start()) {
            mn.jobs()
                    .submit(
                            BundleSource.manifest(
                                    """
                                    {"manifest_version":"1.0","graph_id":"door","entrypoints":["door"],
                                     "initial_inputs":{"door":[{"type":"knock","body":1}]},
                                     "nodes":[{"node_id":"door","agent_type":"sensor",
                                       "config":{"complete_after":1,"terminal_sink":true,"complete_run":true}}],
                                     "edges":[]}
                                    """),
                            SubmitOptions.defaults().withJobId(JOB))
                    .orThrow();
            mn.jobs().await(JOB, Duration.ofSeconds(20));
        }
    }

    /** The store, which refuses to look for a record while it is full. */
    private Store fullAtTimes(Store real) {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            if (full && method.getName().equals("record")) {
                                refused.countDown();
                                throw new StoreException(
                                        ErrorCode.STORE_UNAVAILABLE, "No space left on device");
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException thrown) {
                                throw thrown.getCause();
                            }
                        });
    }
}
