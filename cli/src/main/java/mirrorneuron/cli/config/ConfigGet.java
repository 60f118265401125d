package mirrorneuron.cli.config;

import java.util.List;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints one value. */
@Command(
        name = "get",
        description = "Print one setting of the configuration. Exit code 2 when it is not set.",
        footer = {"", "Example:", "  mn config get contexts.default.target"})
public final class ConfigGet extends ConfigLeaf {

    @Parameters(paramLabel = "SETTING", description = "Such as output.format.")
    String name = "";

    public ConfigGet(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var file = desk.home().resolve(Config.FILE);
        var entries = Config.parsed(file, Config.text(file).orElse("")).entries();
        var found =
                entries.stream()
                        .filter(entry -> entry.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        CommandFailure.notFound(
                                                name
                                                        + " is not set in "
                                                        + file
                                                        + DidYouMean.sentence(
                                                                name,
                                                                entries.stream()
                                                                        .map(TomlText.Entry::name)
                                                                        .toList()),
                                                "mn config list shows what is set"));
        var value = found.value().toString();
        return Report.of(
                        JsonObject.builder().put("setting", name).put("value", value).build(),
                        page -> List.of(value),
                        () -> List.of(value))
                .withIds(List.of(value));
    }
}
