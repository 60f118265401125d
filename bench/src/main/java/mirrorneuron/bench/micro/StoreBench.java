package mirrorneuron.bench.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Commit;
import mirrorneuron.store.rocksdb.RocksStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Durable commits of one fact of 200 bytes, alone and with others who share the sync. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class StoreBench {

    private static final byte[] LINE =
            ("{\"k\":\"noted\",\"payload\":\"" + "x".repeat(175) + "\"}\n")
                    .getBytes(StandardCharsets.UTF_8);

    /** One store below the working directory, which is on the disk that counts. */
    @State(Scope.Benchmark)
    public static class Shared {

        private final AtomicInteger writers = new AtomicInteger();
        private final Path home;
        private final RocksStore store;

        public Shared() {
            try {
                var parent = Files.createDirectories(Path.of("bench/target"));
                home = Files.createTempDirectory(parent, "store-bench-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            store = RocksStore.open(home);
        }

        @TearDown
        public void close() throws IOException {
            store.close();
            try (var files = Files.walk(home)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A job of its own for each writer, as in the runtime. */
    @State(Scope.Thread)
    public static class Writer {

        private JobId job = JobId.of("none");
        private long sequence;

        @Setup
        public void create(Shared shared) {
            job = JobId.of("bench-" + shared.writers.incrementAndGet());
            var entry =
                    new Commit.Entry(
                            JobStatus.RUNNING,
                            Instant.EPOCH,
                            Instant.EPOCH,
                            JsonObject.builder().put("job_id", job.value()).build());
            var unused = shared.store.create(commit(Optional.of(entry)));
        }

        private Commit commit(Optional<Commit.Entry> entry) {
            sequence++;
            return new Commit(
                    job,
                    1,
                    Optional.of(new Commit.Facts(sequence, sequence, LINE)),
                    entry,
                    Optional.empty(),
                    List.of(),
                    Optional.empty());
        }
    }

    @Benchmark
    @Threads(1)
    public void commitAlone(Shared shared, Writer writer) {
        shared.store.commit(writer.commit(Optional.empty()));
    }

    @Benchmark
    @Threads(64)
    public void commitWith64(Shared shared, Writer writer) {
        shared.store.commit(writer.commit(Optional.empty()));
    }
}
