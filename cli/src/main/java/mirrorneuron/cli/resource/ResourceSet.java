package mirrorneuron.cli.resource;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says how much of the machine jobs may use. */
@Command(
        name = "set",
        description = "Say how much of this machine jobs may use: 25, 50, 75 or 100 percent each.",
        footer = {"", "Example:", "  mn resource set --cpu 50 --memory 75"})
public final class ResourceSet extends Leaf implements Plans {

    @Option(names = "--cpu", paramLabel = "PERCENT", description = "Of the processors.")
    Optional<Integer> cpu = Optional.empty();

    @Option(names = "--gpu", paramLabel = "PERCENT", description = "Of the graphics processors.")
    Optional<Integer> gpu = Optional.empty();

    @Option(names = "--memory", paramLabel = "PERCENT", description = "Of the memory.")
    Optional<Integer> memory = Optional.empty();

    @Option(names = "--disk", paramLabel = "PERCENT", description = "Of the disk.")
    Optional<Integer> disk = Optional.empty();

    public ResourceSet(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        checkAny();
        try (var runtime = desk.openToRead()) {
            var now = runtime.resources().get().limits();
            var wanted = wanted(now);
            return new Plan(
                    "Resource set",
                    !wanted.equals(now),
                    fields(wanted),
                    JsonObject.builder()
                            .put("limits", wanted.toJson())
                            .put("before", now.toJson())
                            .build(),
                    List.of());
        }
    }

    @Override
    protected Report perform(Desk desk) {
        checkAny();
        try (var runtime = desk.openToRead()) {
            var now = runtime.resources().get().limits();
            var report = runtime.resources().set(wanted(now));
            var limits = report.limits();
            return Report.of(
                    report.toJson(),
                    new Confirmation(
                            "Resource set",
                            !limits.equals(now),
                            new Fields().add("Status", "limited").addAll(fields(limits)),
                            "mn resource list"));
        }
    }

    /** The limits now, with those that the caller names. */
    private ResourceLimits wanted(ResourceLimits now) {
        return new ResourceLimits(
                cpu.orElse(now.cpu()),
                gpu.orElse(now.gpu()),
                memory.orElse(now.memory()),
                disk.orElse(now.disk()));
    }

    private static Fields fields(ResourceLimits limits) {
        return new Fields()
                .add("CPU", limits.cpu() + " %")
                .add("GPU", limits.gpu() + " %")
                .add("Memory", limits.memory() + " %")
                .add("Disk", limits.disk() + " %");
    }

    private void checkAny() {
        if (cpu.isEmpty() && gpu.isEmpty() && memory.isEmpty() && disk.isEmpty()) {
            throw CommandFailure.usage(
                    "At least one of --cpu, --gpu, --memory and --disk is needed",
                    "mn resource set --cpu 50");
        }
    }
}
