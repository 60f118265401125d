package mirrorneuron.runtime.resource;

import java.util.List;
import java.util.function.Supplier;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.runtime.resource.Hardware.Reading;
import mirrorneuron.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resources of the one node that this runtime is. The limits are kept in the store. */
public final class NodeResources implements Resources {

    private static final Logger LOG = LoggerFactory.getLogger(NodeResources.class);

    private static final String FAMILY = "resource";
    private static final String LIMITS = "limits";
    private static final double BYTES_PER_GB = 1L << 30;
    private static final long MB_PER_GB = 1_024;

    private final Store store;
    private final Hardware hardware;
    private final String node;
    private final Supplier<List<String>> drivers;

    /**
     * @param drivers ways in which workers can run here, such as {@code host_local}; asked for each
     *     report
     */
    public NodeResources(
            Store store, Hardware hardware, String node, Supplier<List<String>> drivers) {
        this.store = store;
        this.hardware = hardware;
        this.node = node;
        this.drivers = drivers;
    }

    @Override
    public ResourceReport get() {
        return report(limits());
    }

    @Override
    public ResourceReport set(ResourceLimits limits) {
        store.put(FAMILY, LIMITS, Json.bytes(limits.toJson()));
        return report(limits);
    }

    private ResourceLimits limits() {
        var stored = store.get(FAMILY, LIMITS);
        if (stored.isEmpty()) {
            return ResourceLimits.none();
        }
        try {
            if (Json.parse(stored.get()) instanceof JsonObject json) {
                return ResourceLimits.fromJson(json);
            }
        } catch (JsonParseException | InvalidRequestException unreadable) {
            LOG.warn("stored resource limits cannot be read: everything may be used", unreadable);
        }
        return ResourceLimits.none();
    }

    private ResourceReport report(ResourceLimits limits) {
        var reading = hardware.read();
        var totals = amounts(reading);
        return new ResourceReport(
                "single_node",
                1,
                limits,
                JsonObject.builder()
                        .put("mode", "single_node")
                        .put("node_count", 1)
                        .put("limits", limits.toJson())
                        .put("totals", totals)
                        .put("combined", totals)
                        .put("usable", usable(totals, limits))
                        .put("nodes", JsonArray.of(node(reading, totals)))
                        .put("native_ports", JsonArray.empty())
                        .build());
    }

    private JsonObject node(Reading reading, JsonObject totals) {
        return JsonObject.builder()
                .put("name", node)
                .putAll(hardware.names(node))
                .put("self", true)
                .put("status", "healthy")
                .put("scheduling_eligible", true)
                .put("platform", hardware.platform())
                .putAll(totals)
                .put(
                        "gpu",
                        JsonArray.ofStrings(
                                reading.gpus().stream().map(Devices.Gpu::model).toList()))
                .put("devices", JsonArray.of(reading.documents()))
                .put(
                        "drivers",
                        JsonArray.ofStrings(
                                reading.gpus().stream()
                                        .map(Devices.Gpu::driver)
                                        .distinct()
                                        .toList()))
                .put("runtime_drivers", JsonArray.ofStrings(drivers.get()))
                .put("host_paths", JsonArray.empty())
                .build();
    }

    private static JsonObject amounts(Reading reading) {
        long gpuTotalMb =
                reading.gpus().stream().mapToLong(gpu -> gpu.memoryTotalMb().orElse(0)).sum();
        long gpuFreeMb =
                reading.gpus().stream().mapToLong(gpu -> gpu.memoryFreeMb().orElse(0)).sum();
        return JsonObject.builder()
                .put("cpu_cores", reading.processors())
                .put("gpu_count", reading.gpus().size())
                .put("gpu_memory_total_mb", gpuTotalMb)
                .put("gpu_memory_free_mb", gpuFreeMb)
                .put("gpu_memory_total_gb", rounded((double) gpuTotalMb / MB_PER_GB))
                .put("gpu_memory_free_gb", rounded((double) gpuFreeMb / MB_PER_GB))
                .put("memory_gb", gigabytes(reading.memoryTotal()))
                .put("memory_total_gb", gigabytes(reading.memoryTotal()))
                .put("memory_available_gb", gigabytes(reading.memoryAvailable()))
                .put("disk_gb", gigabytes(reading.diskTotal()))
                .put("disk_available_gb", gigabytes(reading.diskAvailable()))
                .build();
    }

    private static JsonNumber gigabytes(long bytes) {
        return rounded(bytes / BYTES_PER_GB);
    }

    private static JsonNumber rounded(double value) {
        // What is already rounded stays as it is: 64.85 times 100 is a little less than 6485.
        return JsonNumber.of(Math.floor(value * 100 + 1e-6) / 100);
    }

    private static JsonObject usable(JsonObject totals, ResourceLimits limits) {
        var usable = JsonObject.builder();
        totals.forEach((name, total) -> usable.put(name, part(name, total, limits)));
        return usable.build();
    }

    private static JsonValue part(String name, JsonValue total, ResourceLimits limits) {
        int percent =
                switch (name.substring(0, name.indexOf('_'))) {
                    case "cpu" -> limits.cpu();
                    case "gpu" -> limits.gpu();
                    case "memory" -> limits.memory();
                    default -> limits.disk();
                };
        double part = ((JsonNumber) total).asDouble() * percent / 100;
        return name.endsWith("_gb") ? rounded(part) : JsonNumber.of((long) Math.floor(part));
    }
}
