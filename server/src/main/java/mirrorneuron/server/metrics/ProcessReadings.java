package mirrorneuron.server.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What the JVM and the system know of this process. */
final class ProcessReadings {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

    private ProcessReadings() {}

    static void addTo(Exposition metrics) {
        var memory = ManagementFactory.getMemoryMXBean();
        var heap = memory.getHeapMemoryUsage();
        var rest = memory.getNonHeapMemoryUsage();
        metrics.add(Metric.MEMORY_USED, heap.getUsed(), "heap");
        metrics.add(Metric.MEMORY_USED, rest.getUsed(), "nonheap");
        metrics.add(Metric.MEMORY_COMMITTED, heap.getCommitted(), "heap");
        metrics.add(Metric.MEMORY_COMMITTED, rest.getCommitted(), "nonheap");
        bound(metrics, heap, "heap");
        bound(metrics, rest, "nonheap");
        var collectors = ManagementFactory.getGarbageCollectorMXBeans();
        for (var collector : collectors) {
            metrics.add(
                    Metric.GC_COUNT,
                    Math.max(0, collector.getCollectionCount()),
                    collector.getName());
        }
        for (var collector : collectors) {
            metrics.add(
                    Metric.GC_TIME,
                    Math.max(0, collector.getCollectionTime()) / 1e3,
                    collector.getName());
        }
        metrics.add(Metric.THREADS, ManagementFactory.getThreadMXBean().getThreadCount());
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean unix) {
            metrics.add(Metric.CPU, unix.getProcessCpuTime() / 1e9);
            metrics.add(Metric.OPEN_FDS, unix.getOpenFileDescriptorCount());
            metrics.add(Metric.MAX_FDS, unix.getMaxFileDescriptorCount());
        }
        resident().ifPresent(bytes -> metrics.add(Metric.RESIDENT, bytes));
        metrics.add(Metric.STARTED, ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
    }

    private static void bound(Exposition metrics, MemoryUsage usage, String area) {
        if (usage.getMax() >= 0) {
            metrics.add(Metric.MEMORY_MAX, usage.getMax(), area);
        }
    }

    private static OptionalLong resident() {
        try {
            var found = RESIDENT.matcher(Files.readString(STATUS));
            return found.find()
                    ? OptionalLong.of(Long.parseLong(found.group(1)) * 1_024)
                    : OptionalLong.empty();
        } catch (IOException absent) {
            return OptionalLong.empty();
        }
    }
}
