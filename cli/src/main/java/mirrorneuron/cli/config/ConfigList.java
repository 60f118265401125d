package mirrorneuron.cli.config;

import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;

/** Lists what is set. */
@Command(
        name = "list",
        description = {
            "List what the configuration of the home says.",
            "Options and environment variables go before it."
        },
        footer = {"", "Example:", "  mn config list"})
public final class ConfigList extends ConfigLeaf {

    public ConfigList(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var file = desk.home().resolve(Config.FILE);
        var text = Config.text(file).orElse("");
        // Says what is wrong, before it shows what may be half right.
        var unused = Config.of(file, text);
        var entries = Config.parsed(file, text).entries();
        var table =
                Table.of(
                        List.of("Setting", "Value"),
                        entries.stream()
                                .map(entry -> List.of(entry.name(), entry.value().toString()))
                                .toList());
        return Report.of(
                        JsonArray.of(entries.stream().map(ConfigList::document).toList()),
                        page -> entries.isEmpty() ? List.of("Nothing is set") : table.lines(page),
                        () -> entries.isEmpty() ? List.of("Nothing is set") : table.plain())
                .withIds(entries.stream().map(TomlText.Entry::name).toList());
    }

    private static JsonObject document(TomlText.Entry entry) {
        return JsonObject.builder()
                .put("setting", entry.name())
                .put("value", entry.value().toString())
                .put("line", entry.line())
                .build();
    }
}
