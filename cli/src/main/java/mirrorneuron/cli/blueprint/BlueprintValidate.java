package mirrorneuron.cli.blueprint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Validation;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.Issues;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a blueprint and lists every problem at once. */
@Command(
        name = "validate",
        description = {
            "Check a blueprint and list every problem at once.",
            "That includes its rules for inputs, with the configuration that it brings, and what it"
                    + " requires of this machine.",
            "Nothing is stored or started. Exit code 2 when there is an error."
        },
        footer = {"", "Example:", "  mn blueprint validate examples/prime_sweep"})
public final class BlueprintValidate extends Leaf {

    @Parameters(
            paramLabel = "FOLDER",
            description = "Folder with manifest.json and payloads/, or a zip file of one.")
    Path folder = Path.of("");

    @Option(names = "--strict", description = "Count warnings as errors.")
    boolean strict;

    public BlueprintValidate(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        var source = Folders.source(desk.surroundings().workingDirectory().resolve(folder));
        try (var runtime = desk.openToCheck()) {
            return report(runtime.jobs().validate(source)).withWarnings(Hooks.warnings(source));
        }
    }

    private Report report(Validation validation) {
        var issues =
                strict
                        ? validation.issues().stream().map(BlueprintValidate::asError).toList()
                        : validation.issues();
        boolean good = issues.stream().noneMatch(issue -> issue.severity() == Severity.ERROR);
        var headline = headline(validation, good, issues.size());
        var report =
                Report.of(
                        Validation.report(issues),
                        page -> table(page, headline, good, issues),
                        () -> plain(headline, issues));
        return good ? report : report.withProblem(ExitCode.USAGE, "MN_VALIDATION_FAILED", headline);
    }

    private static String agents(int count) {
        return " (" + count + (count == 1 ? " agent)" : " agents)");
    }

    private String headline(Validation validation, boolean good, int count) {
        if (!good) {
            return folder + " is not valid: " + count + (count == 1 ? " problem" : " problems");
        }
        var agents =
                validation instanceof Validation.Valid valid
                        ? agents(valid.bundle().manifest().agents().size())
                        : "";
        return folder
                + " is valid"
                + agents
                + (count == 0 ? "" : ", " + count + (count == 1 ? " warning" : " warnings"));
    }

    private static List<String> table(
            Page page, String headline, boolean good, List<Issue> issues) {
        var lines = new ArrayList<String>();
        lines.add((good ? page.palette().green("✓") : page.palette().red("×")) + " " + headline);
        if (!issues.isEmpty()) {
            lines.add("");
            lines.addAll(Issues.table(issues).lines(page));
        }
        return lines;
    }

    private static List<String> plain(String headline, List<Issue> issues) {
        var lines = new ArrayList<String>();
        lines.add(headline);
        if (!issues.isEmpty()) {
            lines.addAll(Issues.table(issues).plain());
        }
        return lines;
    }

    private static Issue asError(Issue issue) {
        return new Issue(
                issue.code(),
                issue.message(),
                issue.help(),
                Severity.ERROR,
                issue.location(),
                issue.expected(),
                issue.actual());
    }
}
