package mirrorneuron.store;

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
import mirrorneuron.store.rocksdb.RocksStore;

/**
 * Prints how fast this machine commits: {@code CommitRate [directory] [seconds]}. Not run by the
 * build. A commit here is one group of facts of about 200 bytes, on a job of its writer.
 */
final class CommitRate {

    private static final String LINE =
            "{\"type\":\"step\",\"payload\":\"" + "x".repeat(170) + "\"}\n";

    private CommitRate() {}

    public static void main(String[] args) throws Exception {
        var parent = Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir"));
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        var home = Files.createTempDirectory(parent, "commit-rate");
        System.out.printf(
                "fdatasync of 256 new bytes: p50 %d us%n", syncCost(home.resolve("sync")));
        try (var store = RocksStore.open(home)) {
            measure(store, "warm-up", 64, 2);
            measure(store, "lone", 1, seconds);
            measure(store, "few", 8, seconds);
            measure(store, "many", 64, seconds);
            measure(store, "crowd", 512, seconds);
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

    private static void measure(Store store, String name, int writers, int seconds)
            throws Exception {
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        var results = new ArrayList<Future<long[]>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int w = 0; w < writers; w++) {
                var job = name + "-" + w;
                results.add(threads.submit(() -> write(store, job, end)));
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
                "%-8s %4d writers: %,9.0f commits/s, p50 %,d us, p99 %,d us, max %,d us%n",
                name,
                writers,
                total / elapsed,
                micros[total / 2],
                micros[(int) (total * 0.99)],
                micros[total - 1]);
    }

    private static long[] write(Store store, String job, long end) {
        store.create(Commits.first(job).build());
        var micros = new long[1_024];
        int count = 0;
        for (long now = System.nanoTime(); now < end; ) {
            store.commit(Commits.of(job, 1).facts(count + 1, count + 1, LINE).build());
            long then = System.nanoTime();
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, count * 2);
            }
            micros[count++] = (then - now) / 1_000;
            now = then;
        }
        return Arrays.copyOf(micros, count);
    }
}
