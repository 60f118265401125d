package mirrorneuron.cli.config;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Plan;
import mirrorneuron.cli.Plans;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets one value. */
@Command(
        name = "set",
        description = {
            "Set one setting of the configuration; an empty VALUE takes it out.",
            "Every other line of the file stays as it is, comments too.",
            "Settings: current, contexts.NAME.target, contexts.NAME.token_file,"
                    + " contexts.NAME.timeout_seconds, contexts.NAME.tls, output.format,"
                    + " output.color."
        },
        footer = {"", "Example:", "  mn config set contexts.lab.target lab.example.org:55051"})
public final class ConfigSet extends ConfigLeaf implements Plans {

    @Parameters(index = "0", paramLabel = "SETTING", description = "Such as output.format.")
    String name = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "What it is set to.")
    String value = "";

    public ConfigSet(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) {
        return planned(desk, "Config set", name, value);
    }

    @Override
    protected Report perform(Desk desk) {
        return changed(desk, "Config set", name, value);
    }

    static Plan planned(Desk desk, String action, String name, String value) {
        var file = new ConfigFile(desk.home());
        var change = file.planned(name, value);
        return new Plan(
                action,
                change.isOne(),
                new Fields()
                        .add("Setting", name)
                        .add("Value", change.after().orElse("(not set)"))
                        .add("Before", change.before())
                        .add("File", file.file().toString()),
                JsonObject.builder()
                        .put("setting", name)
                        .putOrNull("value", change.after())
                        .putOrNull("before", change.before())
                        .put("path", file.file().toString())
                        .build(),
                List.of(name));
    }

    static Report changed(Desk desk, String action, String name, String value) {
        var file = new ConfigFile(desk.home());
        var change = file.planned(name, value);
        if (change.isOne()) {
            file.write(change.text());
        }
        return Report.of(
                        JsonObject.builder()
                                .put("setting", name)
                                .put("value", value)
                                .putOrNull("before", change.before())
                                .put("path", file.file().toString())
                                .put("changed", change.isOne())
                                .build(),
                        new Confirmation(
                                action, change.isOne(), fields(file, name, change), next(name)))
                .withIds(List.of(name));
    }

    private static Fields fields(ConfigFile file, String name, ConfigFile.Change change) {
        return new Fields()
                .add("Status", change.isOne() ? "set" : "unchanged")
                .add("Setting", name)
                .add("Value", change.after().orElse("(not set)"))
                .add("Before", change.isOne() ? change.before() : Optional.empty())
                .add("File", file.file().toString());
    }

    private static String next(String name) {
        return name.startsWith(Setting.CONTEXTS + ".")
                ? "mn job list --context " + name.split("\\.", -1)[1]
                : "mn config list";
    }
}
