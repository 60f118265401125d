package mirrorneuron.store;

import static mirrorneuron.store.Commits.NOON;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.rocksdb.RocksStore;

/**
 * Prints how fast this machine commits: {@code CommitRate [directory] [seconds]}. Not run by the
 * build. {@code facts}: commits of one group of about 200 bytes on a job of each writer. {@code
 * jobs}: small jobs made and completed, two commits with records of about 600 bytes.
 */
final class CommitRate {

    private static final String LINE =
            "{\"type\":\"step\",\"payload\":\"" + "x".repeat(170) + "\"}\n";

    private static final JsonObject MORE =
            JsonObject.builder().put("manifest_ref", "y".repeat(450)).build();

    private CommitRate() {}

    public static void main(String[] args) throws Exception {
        var parent = Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir"));
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        var home = Files.createTempDirectory(parent, "commit-rate");
        System.out.printf(
                "fdatasync of 256 new bytes: p50 %d us%n", syncCost(home.resolve("sync")));
        try (var store = RocksStore.open(home)) {
            measure(store, "warm-up", 64, 2, CommitRate::facts);
            measure(store, "facts", 1, seconds, CommitRate::facts);
            measure(store, "facts", 8, seconds, CommitRate::facts);
            measure(store, "facts", 64, seconds, CommitRate::facts);
            measure(store, "facts", 512, seconds, CommitRate::facts);
            measure(store, "warm-up", 64, 2, CommitRate::job);
            measure(store, "jobs", 1, seconds, CommitRate::job);
            measure(store, "jobs", 64, seconds, CommitRate::job);
        }
    }

    private static long syncCost(Path file) throws IOException {
        var micros = new long[2_000];
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < micros.length; i++) {
                long begin = System.nanoTime();
                channel.write(ByteBuffer.allocate(256));
                channel.force(false);
                micros[i] = (System.nanoTime() - begin) / 1_000;
            }
        }
        Arrays.sort(micros);
        return micros[micros.length / 2];
    }

    private interface Step {
        void run(Store store, String writer, int number);
    }

    private static void measure(Store store, String name, int writers, int seconds, Step step)
            throws Exception {
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        var results = new ArrayList<Future<long[]>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int w = 0; w < writers; w++) {
                var writer = name + writers + "-" + begin + "-" + w;
                results.add(threads.submit(() -> write(store, writer, end, step)));
            }
        }
        int total = 0;
        for (var result : results) {
            total += result.get().length;
        }
        var micros = new long[total];
        int at = 0;
        for (var result : results) {
            System.arraycopy(result.get(), 0, micros, at, result.get().length);
            at += result.get().length;
        }
        Arrays.sort(micros);
        double elapsed = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%-8s %4d writers: %,9.0f/s, p50 %,d us, p99 %,d us, max %,d us%n",
                name,
                writers,
                total / elapsed,
                micros[total / 2],
                micros[(int) (total * 0.99)],
                micros[total - 1]);
    }

    private static long[] write(Store store, String writer, long end, Step step) {
        store.create(Commits.first(writer).build());
        var micros = new long[1_024];
        int count = 0;
        for (long now = System.nanoTime(); now < end; ) {
            step.run(store, writer, count + 1);
            long then = System.nanoTime();
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, count * 2);
            }
            micros[count++] = (then - now) / 1_000;
            now = then;
        }
        return Arrays.copyOf(micros, count);
    }

    private static void facts(Store store, String writer, int number) {
        store.commit(Commits.of(writer, 1).facts(number, number, LINE).build());
    }

    /** A whole small job: made, and completed with its result. */
    private static void job(Store store, String writer, int number) {
        var id = writer + "-" + number;
        store.create(Commits.first(id).entry(JobStatus.RUNNING, NOON, MORE).facts(1, 3).build());
        store.commit(
                Commits.of(id, 1)
                        .facts(4, 7)
                        .entry(JobStatus.COMPLETED, NOON.plusMillis(number), MORE)
                        .build());
    }
}
