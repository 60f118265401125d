package mirrorneuron.cli.run;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.DidYouMean;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Confirmation;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a report of a run. */
@Command(
        name = "export",
        description = {
            "Write a report of a run: how it stands, its steps, timeline, graph, errors, result.",
            "json is all of it: also its configuration and inputs, where its folder is on this"
                    + " machine, and its newest 2,000 records of each channel.",
            "html is one page that needs nothing else, with the timeline and the graph drawn. It is"
                    + " written into the folder of the run, where that is on this machine."
        },
        footer = {
            "",
            "Example:",
            "  ${COMMAND-FULL-NAME} prime_sweep-1750000000000-0123456789ab --format html"
                    + " --out report.html"
        })
public final class RunExport extends Leaf {

    private static final List<String> FORMATS =
            List.of("json", "markdown", "md", "html", "static_html", "web");

    private static final String PAGE = "report.html";

    @Parameters(paramLabel = "RUN", description = "The run's id, or that of its job.")
    String runId = "";

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORM",
            description = "json, markdown (md) or html (web). Default: ${DEFAULT-VALUE}.")
    String format = "json";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write it into this file instead of printing it.")
    Optional<Path> out = Optional.empty();

    public RunExport(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws IOException {
        if (!FORMATS.contains(format)) {
            throw CommandFailure.usage(
                    "--format: '" + format + "'" + DidYouMean.sentence(format, FORMATS),
                    "one of json, markdown, html");
        }
        RunReport report;
        try (var runtime = desk.openToRead()) {
            var run = RunLookup.run(runtime, runId);
            report = RunReport.of(runtime, run, run.string("run_id").flatMap(desk::runFolder));
        }
        var document = Secrets.in(report.toJson());
        var text =
                Secrets.in(
                        switch (format) {
                            case "json" -> Json.pretty(document) + "\n";
                            case "markdown", "md" -> new MarkdownReport(report).text();
                            default -> new HtmlReport(report).text();
                        });
        if (out.isPresent()) {
            var file = desk.surroundings().workingDirectory().resolve(out.get());
            return saved(report, text, file);
        }
        var beside = besideRun(desk, report.id());
        if (beside.isPresent()) {
            // A link that a worker left there is replaced, not followed.
            Files.deleteIfExists(beside.get());
            return saved(report, text, beside.get());
        }
        var lines = text.lines().toList();
        return Report.of(document, page -> lines, () -> lines).withIds(List.of(report.id()));
    }

    /** Where a page goes that nobody named a place for: beside the run, if that is here. */
    private Optional<Path> besideRun(Desk desk, String run) {
        return switch (format) {
            case "json", "markdown", "md" -> Optional.empty();
            default ->
                    desk.runFolder(run)
                            .filter(Files::isDirectory)
                            .map(folder -> folder.resolve(PAGE));
        };
    }

    private static Report saved(RunReport report, String text, Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw CommandFailure.usage(
                    "'" + file + "' is a folder, and a file was expected", "--out report.html");
        }
        Files.createDirectories(requireNonNull(file.toAbsolutePath().getParent()));
        Files.writeString(file, text);
        return Report.of(
                        JsonObject.builder()
                                .put("run_id", report.id())
                                .put("file", file.toString())
                                .build(),
                        new Confirmation(
                                "Run export",
                                true,
                                new Fields()
                                        .add("Status", "written")
                                        .add("Run ID", report.id())
                                        .add("File", file.toString())
                                        .add("URL", file.toUri().toString()),
                                "mn run status " + report.id()))
                .withIds(List.of(file.toString()));
    }
}
