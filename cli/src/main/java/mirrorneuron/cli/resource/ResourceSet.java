package mirrorneuron.cli.resource;

import java.util.Optional;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
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
public final class ResourceSet extends Leaf {

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
    protected Report perform(Desk desk) {
        if (cpu.isEmpty() && gpu.isEmpty() && memory.isEmpty() && disk.isEmpty()) {
            throw CommandFailure.usage(
                    "At least one of --cpu, --gpu, --memory and --disk is needed",
                    "mn resource set --cpu 50");
        }
        try (var runtime = desk.openToRead()) {
            var now = runtime.resources().get().limits();
            var wanted =
                    new ResourceLimits(
                            cpu.orElse(now.cpu()),
                            gpu.orElse(now.gpu()),
                            memory.orElse(now.memory()),
                            disk.orElse(now.disk()));
            var report = runtime.resources().set(wanted);
            var limits = report.limits();
            return Report.of(
                    report.toJson(),
                    new Confirmation(
                            "Resource set",
                            !limits.equals(now),
                            new Fields()
                                    .add("Status", "limited")
                                    .add("CPU", limits.cpu() + " %")
                                    .add("GPU", limits.gpu() + " %")
                                    .add("Memory", limits.memory() + " %")
                                    .add("Disk", limits.disk() + " %"),
                            "mn resource list"));
        }
    }
}
