package mirrorneuron.api;

import java.util.List;
import mirrorneuron.api.json.JsonObject;

/** How much of what the nodes have may be used, in percent: 25, 50, 75 or 100 of each. */
public record ResourceLimits(int cpu, int gpu, int memory, int disk) {

    private static final List<Integer> STEPS = List.of(25, 50, 75, 100);

    public ResourceLimits {
        check("cpu", cpu);
        check("gpu", gpu);
        check("memory", memory);
        check("disk", disk);
    }

    private static void check(String name, int percent) {
        if (!STEPS.contains(percent)) {
            throw new InvalidRequestException(
                    name + ": " + percent + " (expected: 25, 50, 75 or 100)");
        }
    }

    /** Everything may be used. */
    public static ResourceLimits none() {
        return new ResourceLimits(100, 100, 100, 100);
    }

    public ResourceLimits withCpu(int percent) {
        return new ResourceLimits(percent, gpu, memory, disk);
    }

    public ResourceLimits withGpu(int percent) {
        return new ResourceLimits(cpu, percent, memory, disk);
    }

    public ResourceLimits withMemory(int percent) {
        return new ResourceLimits(cpu, gpu, percent, disk);
    }

    public ResourceLimits withDisk(int percent) {
        return new ResourceLimits(cpu, gpu, memory, percent);
    }

    public JsonObject toJson() {
        return JsonObject.builder()
                .put("cpu", cpu)
                .put("gpu", gpu)
                .put("memory", memory)
                .put("disk", disk)
                .build();
    }

    /**
     * Reads what {@link #toJson()} wrote; what is missing may be used whole.
     *
     * @throws InvalidRequestException when a number is none of the four
     */
    public static ResourceLimits fromJson(JsonObject json) {
        return new ResourceLimits(
                percent(json, "cpu"),
                percent(json, "gpu"),
                percent(json, "memory"),
                percent(json, "disk"));
    }

    private static int percent(JsonObject json, String name) {
        return (int) json.integer(name).orElse(100);
    }
}
