package mirrorneuron.runtime.worker;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Not a test: prints how many commands a second the host runs, beside what the machine forks. */
class ThroughputProbe {

    @TempDir Path home;

    @Test
    void prints_figures() throws Exception {
        int slots = 4;
        for (int round = 0; round < 3; round++) {
            plain("ProcessBuilder true", slots, 2_000);
            try (var workers = Workers.at(home)) {
                host(workers, "host_local true", "host_local", slots, 2_000);
                host(workers, "sandbox true", "sandbox", slots, 400);
            }
        }
    }

    private static void plain(String name, int slots, int count) throws Exception {
        var free = new Semaphore(slots);
        var done = new CountDownLatch(count);
        long before = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(slots)) {
            for (int i = 0; i < count; i++) {
                free.acquire();
                threads.execute(
                        () -> {
                            try {
                                var process = new ProcessBuilder("/bin/true").start();
                                process.getOutputStream().close();
                                process.waitFor();
                            } catch (Exception failure) {
                                throw new IllegalStateException(failure);
                            } finally {
                                free.release();
                                done.countDown();
                            }
                        });
            }
            done.await();
        }
        print(name, count, before);
    }

    private static void host(Workers workers, String name, String runner, int slots, int count)
            throws Exception {
        var free = new Semaphore(slots);
        var done = new CountDownLatch(count);
        long before = System.nanoTime();
        for (int i = 0; i < count; i++) {
            free.acquire();
            var heard = new Workers.Heard();
            heard.finished.thenRun(
                    () -> {
                        free.release();
                        done.countDown();
                    });
            workers.host.start(
                    Workers.direct("/bin/true").with(s -> s.runner = runner).request(workers),
                    heard);
        }
        done.await(60, TimeUnit.SECONDS);
        print(name, count, before);
    }

    private static void print(String name, int count, long before) {
        System.out.printf("%s: %.0f/s%n", name, count * 1e9 / (System.nanoTime() - before));
    }
}
