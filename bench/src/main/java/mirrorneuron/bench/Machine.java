package mirrorneuron.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import mirrorneuron.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What the machine is, what its disk costs, and what this process has used of both. */
public final class Machine {

    private static final int SYNCS = 2_000;
    private static final int SYNC_BYTES = 256;

    // Fields of a line of /proc/diskstats since Linux 5.5: major, minor, name, eleven of reads and
    // writes, four of discards, then the completed flush requests.
    private static final int DISKSTATS_FLUSHES = 18;

    private Machine() {}

    /** Appends small records to a new file and syncs each: microseconds, sorted. */
    public static long[] syncMicros(Path folder) throws IOException {
        var file = Files.createTempFile(folder, "sync", ".tmp");
        var micros = new long[SYNCS];
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < micros.length; i++) {
                long begin = System.nanoTime();
                channel.write(ByteBuffer.allocate(SYNC_BYTES));
                channel.force(false);
                micros[i] = (System.nanoTime() - begin) / 1_000;
            }
        } finally {
            Files.delete(file);
        }
        Arrays.sort(micros);
        return micros;
    }

    /** Waits until the disks hold all that anybody has written or deleted so far. */
    public static void settle() throws IOException, InterruptedException {
        int exit = new ProcessBuilder("sync").inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException("sync: exit " + exit);
        }
    }

    /**
     * Flush requests that the machine's disks have completed since it started, whoever asked for
     * them; empty where the kernel does not say.
     */
    public static OptionalLong flushes() {
        var diskstats = Path.of("/proc/diskstats");
        if (!Files.isReadable(diskstats)) {
            return OptionalLong.empty();
        }
        try (var lines = Files.lines(diskstats)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length > DISKSTATS_FLUSHES)
                    // Partitions repeat what their disk counts; their flushes are zero.
                    .mapToLong(fields -> Long.parseLong(fields[DISKSTATS_FLUSHES]))
                    .reduce(Long::sum);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processor time of this process so far, all threads together; nanoseconds. */
    public static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    /** Bytes of live objects, after a collection. */
    public static long liveHeapBytes() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Memory of this process that is in RAM; bytes. */
    public static long residentBytes(long pid) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unknown) {
            return 0;
        }
    }

    /** Of all files below the folder; what goes away under the walk does not count. */
    public static long diskBytes(Path folder) {
        var bytes = new LongAdder();
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            bytes.add(attributes.size());
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException gone) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path left, @Nullable IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.sum();
    }

    /** What a reader has to know of the machine; nothing that names it. */
    public static JsonObject describe() {
        var runtime = Runtime.getRuntime();
        return JsonObject.builder()
                .put("cpus", runtime.availableProcessors())
                .put("memory_mib", memoryBytes() >> 20)
                .put("os", System.getProperty("os.name"))
                .put("java", Runtime.version().toString())
                .put(
                        "load_average",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage())
                .build();
    }

    private static long memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }
}
