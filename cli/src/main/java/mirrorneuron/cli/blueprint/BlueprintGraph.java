package mirrorneuron.cli.blueprint;

import java.nio.file.Path;
import java.util.List;
import mirrorneuron.api.Validation;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Issues;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.view.GraphText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws a blueprint. */
@Command(
        name = "graph",
        description =
                "Draw a blueprint: its steps, or its agents where it has none, and their order.",
        footer = {
            "",
            "Example:",
            "  mn blueprint graph --folder examples/research_flow --format mermaid"
        })
public final class BlueprintGraph extends Leaf {

    @Option(
            names = "--folder",
            paramLabel = "PATH",
            required = true,
            description = "Folder with manifest.json and payloads/, or a zip file of one.")
    Path folder = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "ascii, mermaid or dot. Default: ascii.")
    GraphText.Language format = GraphText.Language.ascii;

    public BlueprintGraph(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var source = Folders.source(desk.surroundings().workingDirectory().resolve(folder));
        try (var runtime = desk.openToCheck()) {
            return switch (runtime.jobs().preview(source)) {
                case Validation.Invalid invalid ->
                        throw Issues.attach(
                                CommandFailure.invalid(
                                        folder + " is not valid", "mend the places named above"),
                                invalid.issues());
                case Validation.Valid valid -> report(valid);
            };
        }
    }

    private Report report(Validation.Valid valid) {
        var graph = ManifestGraph.of(valid.bundle().manifest());
        return new GraphText(graph).in(format).withIds(List.of(graph.graphId()));
    }
}
