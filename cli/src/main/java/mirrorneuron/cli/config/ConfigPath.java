package mirrorneuron.cli.config;

import java.nio.file.Files;
import java.util.List;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;

/** Says where the file is. */
@Command(
        name = "path",
        description = "Print where the configuration of the home is, or would be.",
        footer = {"", "Example:", "  mn config path"})
public final class ConfigPath extends ConfigLeaf {

    public ConfigPath(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var file = desk.home().resolve(Config.FILE);
        return Report.of(
                        JsonObject.builder()
                                .put("path", file.toString())
                                .put("exists", Files.exists(file))
                                .build(),
                        page -> List.of(file.toString()),
                        () -> List.of(file.toString()))
                .withIds(List.of(file.toString()));
    }
}
