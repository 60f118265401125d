package mirrorneuron.cli.blueprint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.CommandWords;
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
import picocli.CommandLine.Parameters;

/** Writes a blueprint to begin with. */
@Command(
        name = "init",
        description = {
            "Write a small blueprint that is valid and runs, to begin with: a workflow of two steps,"
                    + " or three agents that send each other messages.",
            "Its commands need python3. A folder with files in it is left alone."
        },
        footer = {"", "Example:", "  mn blueprint init my_flow --template steps"})
public final class BlueprintInit extends Leaf implements Plans {

    enum Template {
        steps,
        agents
    }

    @Parameters(paramLabel = "FOLDER", description = "Folder to write; its name becomes the id.")
    Path folder = Path.of("");

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description = "steps or agents. Default: steps.")
    Template template = Template.steps;

    public BlueprintInit(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Plan plan(Desk desk) throws IOException {
        var target = target(desk);
        var names = List.copyOf(files(target).keySet());
        return new Plan(
                "Blueprint init",
                true,
                new Fields()
                        .add("Folder", target.toString())
                        .add("Files", String.join(", ", names)),
                JsonObject.builder()
                        .put("folder", target.toString())
                        .put("files", JsonArray.ofStrings(names))
                        .build(),
                List.of(target.toString()));
    }

    @Override
    protected Report perform(Desk desk) throws IOException {
        var target = target(desk);
        var files = files(target);
        for (var file : files.entrySet()) {
            var path = target.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue(), StandardCharsets.UTF_8);
        }
        return Report.of(
                        JsonObject.builder()
                                .put("folder", target.toString())
                                .put("template", template.name())
                                .put("files", JsonArray.ofStrings(List.copyOf(files.keySet())))
                                .build(),
                        new Confirmation(
                                "Blueprint init",
                                true,
                                new Fields()
                                        .add("Status", "written")
                                        .add("Folder", target.toString())
                                        .add("Files", String.join(", ", files.keySet())),
                                "mn blueprint run --folder "
                                        + CommandWords.quoted(folder.toString())))
                .withIds(List.of(target.toString()));
    }

    private Path target(Desk desk) throws IOException {
        var target = desk.surroundings().workingDirectory().resolve(folder).normalize();
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw CommandFailure.usage(
                    "Expected to write a folder, but '" + folder + "' is a file", "choose another");
        }
        if (Files.isDirectory(target)) {
            try (var present = Files.list(target)) {
                if (present.findAny().isPresent()) {
                    throw CommandFailure.precondition(
                            "Expected to write into a new or empty folder, but '"
                                    + folder
                                    + "' has files in it",
                            "choose another folder");
                }
            }
        }
        return target;
    }

    /** By their paths, in the order in which they are best read. */
    private Map<String, String> files(Path target) throws IOException {
        var files = new LinkedHashMap<String, String>();
        for (var name : List.of("manifest.json", "payloads/" + template + ".py", "README.md")) {
            files.put(name, text(name).replace("@ID@", id(target)));
        }
        return files;
    }

    private String text(String name) throws IOException {
        var resource = "templates/" + template + "/" + name;
        try (InputStream in = BlueprintInit.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("missing " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The folder's name with what an id may hold. */
    private static String id(Path target) {
        var name = target.getFileName();
        var id =
                (name == null ? "" : name.toString())
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9_]+", "_")
                        .replaceAll("^_+|_+$", "");
        return id.isEmpty() || !Character.isLetter(id.charAt(0)) ? "flow_" + id : id;
    }
}
