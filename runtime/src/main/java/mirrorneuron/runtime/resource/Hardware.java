package mirrorneuron.runtime.resource;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The machine that this process runs on. What cannot change is read once; the rest is read anew
 * each time and costs a few system calls. What a container may use counts, not what its host has.
 */
public final class Hardware {

    private static final long KIB = 1_024;

    private final Path root;
    private final Path proc;
    private final Path home;
    private @Nullable Fixed fixed; // guarded by this

    /** What cannot change while the process lives. */
    private record Fixed(
            OperatingSystemMXBean system,
            JsonObject platform,
            Optional<String> cpuModel,
            Devices devices) {}

    /**
     * @param home the disk that this folder is or will be on is the one that counts
     */
    public Hardware(Path home) {
        this(Path.of("/"), home);
    }

    /**
     * @param root of the file system in which the system describes itself
     */
    Hardware(Path root, Path home) {
        this.root = root;
        this.proc = root.resolve("proc");
        this.home = home;
    }

    // Not at the start: the beans of the JDK take tens of milliseconds to load, and most commands
    // never ask.
    private synchronized Fixed fixed() {
        var known = fixed;
        if (known == null) {
            known = find();
            fixed = known;
        }
        return known;
    }

    private Fixed find() {
        var os = System.getProperty("os.name", "unknown");
        var described = JsonObject.builder().put("os", os).put("family", family(os));
        value(root.resolve("etc/os-release"), "PRETTY_NAME", "=")
                .map(name -> name.replace("\"", ""))
                .ifPresent(name -> described.put("display_name", name));
        return new Fixed(
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class),
                described.build(),
                value(proc.resolve("cpuinfo"), "model name", ":"),
                new Devices(root));
    }

    private static String family(String os) {
        var name = os.toLowerCase(Locale.ROOT);
        if (name.contains("mac") || name.contains("darwin")) {
            return "macos";
        }
        return name.contains("win") ? "windows" : name;
    }

    /** What there is now. Sizes are in bytes. */
    public Reading read() {
        var store = existing(home.toAbsolutePath().toFile());
        var system = fixed().system();
        long total = system.getTotalMemorySize();
        int processors = Runtime.getRuntime().availableProcessors();
        double load = system.getSystemLoadAverage();
        return new Reading(
                processors,
                load < 0 ? OptionalDouble.empty() : OptionalDouble.of(load / processors),
                total,
                available(total, system),
                store.getTotalSpace(),
                store.getUsableSpace(),
                fixed().devices().read());
    }

    /** Bytes that are free on the disk of the home. */
    public long diskAvailable() {
        return existing(home.toAbsolutePath().toFile()).getUsableSpace();
    }

    // The kernel counts what it could drop as available, and the bean does not. In a container with
    // a limit of its own the kernel's number is the host's.
    private long available(long total, OperatingSystemMXBean system) {
        var host = kilobytes("MemTotal");
        var free = kilobytes("MemAvailable");
        boolean whole = host.isPresent() && free.isPresent() && host.get() == total;
        return Math.min(total, whole ? free.get() : system.getFreeMemorySize());
    }

    private Optional<Long> kilobytes(String name) {
        return value(proc.resolve("meminfo"), name, ":")
                .map(text -> text.replace("kB", "").strip())
                .filter(text -> text.matches("\\d{1,15}"))
                .map(text -> Long.parseLong(text) * KIB);
    }

    private static File existing(File file) {
        var at = file;
        while (!at.exists() && at.getParentFile() != null) {
            at = at.getParentFile();
        }
        return at;
    }

    /**
     * What a file says of a name, one name a line; empty when it cannot be read or says nothing.
     */
    static Optional<String> value(Path file, String name, String separator) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.split(separator, 2))
                    .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
                    .map(parts -> parts[1].strip())
                    .filter(text -> !text.isEmpty())
                    .findFirst();
        } catch (IOException | UncheckedIOException _) {
            return Optional.empty();
        }
    }

    /**
     * What people call a node on this machine: {@code display_name, hostname}. Where the name of
     * the node does not say which machine it is on, the system does.
     */
    public JsonObject names(String node) {
        var machine = node.substring(node.indexOf('@') + 1);
        boolean told = node.contains("@") && !machine.isEmpty();
        return JsonObject.builder()
                .put("display_name", node)
                .put("hostname", told ? machine : hostname().orElse(node))
                .build();
    }

    private Optional<String> hostname() {
        try {
            return Optional.of(Files.readString(proc.resolve("sys/kernel/hostname")).strip())
                    .filter(name -> !name.isEmpty());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    JsonObject platform() {
        return fixed().platform();
    }

    /** The document of a node's hardware. */
    public JsonObject document(Reading reading) {
        var cpu =
                JsonObject.builder()
                        .put("logical_processors", reading.processors())
                        .put("load_ratio", ratio(reading.loadRatio()));
        fixed().cpuModel().ifPresent(model -> cpu.put("model", model));
        return JsonObject.builder()
                .put("platform", platform())
                .put("cpu", cpu.build())
                .put("memory", size(reading.memoryTotal(), reading.memoryAvailable()))
                .put("disk", size(reading.diskTotal(), reading.diskAvailable()))
                .put("devices", JsonArray.of(reading.documents()))
                .build();
    }

    private static JsonValue ratio(OptionalDouble ratio) {
        return ratio.isPresent()
                ? JsonNumber.of(Math.round(ratio.getAsDouble() * 1_000) / 1_000.0)
                : JsonNull.NULL;
    }

    private static JsonObject size(long total, long available) {
        return JsonObject.builder()
                .put("total_bytes", total)
                .put("available_bytes", available)
                .build();
    }

    /**
     * What there was at one moment.
     *
     * @param loadRatio runnable threads of the last minute for each processor; absent when the
     *     system does not say
     */
    public record Reading(
            int processors,
            OptionalDouble loadRatio,
            long memoryTotal,
            long memoryAvailable,
            long diskTotal,
            long diskAvailable,
            List<Devices.Gpu> gpus) {

        public Reading {
            gpus = List.copyOf(gpus);
        }

        List<JsonObject> documents() {
            return gpus.stream().map(Devices.Gpu::document).toList();
        }
    }
}
