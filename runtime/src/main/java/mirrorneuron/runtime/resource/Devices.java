package mirrorneuron.runtime.resource;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.json.JsonObject;

/**
 * The machine's graphics processors, as far as the kernel tells of them without any program of
 * their maker. Which there are is found once; how much of their memory is free is read anew.
 */
final class Devices {

    private static final long BYTES_PER_MB = 1L << 20;

    private final List<Found> found = new ArrayList<>();

    /** A processor, and where its memory is told; absent for drivers that do not tell. */
    private record Found(Gpu gpu, Optional<Path> memoryUsed) {}

    /**
     * @param memoryTotalMb absent when the driver does not tell
     * @param memoryFreeMb likewise
     */
    record Gpu(
            String vendor,
            String driver,
            String model,
            OptionalLong memoryTotalMb,
            OptionalLong memoryFreeMb) {

        JsonObject document() {
            var gpu =
                    JsonObject.builder()
                            .put("kind", "gpu")
                            .put("vendor", vendor)
                            .put("driver", driver)
                            .put("model", model);
            memoryTotalMb.ifPresent(mb -> gpu.put("memory_total_mb", mb));
            memoryFreeMb.ifPresent(mb -> gpu.put("memory_free_mb", mb));
            return gpu.build();
        }
    }

    Devices(Path root) {
        for (var card : children(root.resolve("proc/driver/nvidia/gpus"))) {
            var model = Hardware.value(card.resolve("information"), "Model", ":").orElse("unknown");
            found.add(
                    new Found(
                            new Gpu(
                                    "nvidia",
                                    "nvidia",
                                    model,
                                    OptionalLong.empty(),
                                    OptionalLong.empty()),
                            Optional.empty()));
        }
        for (var card : children(root.resolve("sys/class/drm"))) {
            var total = number(card.resolve("device/mem_info_vram_total"));
            if (card.getFileName().toString().matches("card\\d+") && total.isPresent()) {
                found.add(
                        new Found(
                                new Gpu(
                                        "amd",
                                        "amdgpu",
                                        text(card.resolve("device/product_name")).orElse("unknown"),
                                        OptionalLong.of(total.getAsLong() / BYTES_PER_MB),
                                        OptionalLong.empty()),
                                Optional.of(card.resolve("device/mem_info_vram_used"))));
            }
        }
    }

    List<Gpu> read() {
        return found.stream().map(Devices::now).toList();
    }

    private static Gpu now(Found device) {
        var gpu = device.gpu();
        var used = device.memoryUsed().map(Devices::number).orElse(OptionalLong.empty());
        if (gpu.memoryTotalMb().isEmpty() || used.isEmpty()) {
            return gpu;
        }
        long free = gpu.memoryTotalMb().getAsLong() - used.getAsLong() / BYTES_PER_MB;
        return new Gpu(
                gpu.vendor(),
                gpu.driver(),
                gpu.model(),
                gpu.memoryTotalMb(),
                OptionalLong.of(Math.max(0, free)));
    }

    private static List<Path> children(Path folder) {
        var children = new ArrayList<Path>();
        try (var each = Files.newDirectoryStream(folder)) {
            each.forEach(children::add);
        } catch (IOException | DirectoryIteratorException _) {
            return List.of();
        }
        children.sort(Comparator.naturalOrder());
        return children;
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static OptionalLong number(Path file) {
        var text = text(file).filter(digits -> digits.matches("\\d{1,18}"));
        return text.isPresent()
                ? OptionalLong.of(Long.parseLong(text.get()))
                : OptionalLong.empty();
    }
}
