package mirrorneuron.cli.config;

import java.util.Optional;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Chooses a connection. */
@Command(
        name = "use-context",
        description =
                "Use this context from now on, where neither --context nor a variable says otherwise.",
        footer = {"", "Example:", "  mn config use-context lab"})
public final class ConfigUseContext extends ConfigLeaf implements Plans {

    @Parameters(paramLabel = "NAME", description = "Name of a context of the configuration.")
    String name = "";

    public ConfigUseContext(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        var unused = Config.read(desk.home()).context(Optional.of(name));
        return ConfigSet.planned(desk, "Config use-context", "current", name);
    }

    @Override
    protected Report perform(Desk desk) {
        var unused = Config.read(desk.home()).context(Optional.of(name));
        return ConfigSet.changed(desk, "Config use-context", "current", name);
    }
}
