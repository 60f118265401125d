package mirrorneuron.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mirrorneuron.api.Issue;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Validation;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Table;

/** Shows what checking a bundle found. */
public final class Issues {

    private Issues() {}

    public static Table table(List<Issue> issues) {
        return Table.of(
                List.of("Severity", "Location", "Code", "Message", "Help"),
                issues.stream()
                        .map(
                                issue ->
                                        List.of(
                                                issue.severity().name().toLowerCase(Locale.ROOT),
                                                issue.location().path(),
                                                issue.code(),
                                                Secrets.in(issue.message()),
                                                Secrets.in(issue.help().orElse(""))))
                        .toList());
    }

    /** The failure with the report that lists them all. */
    public static CommandFailure attach(CommandFailure failure, List<Issue> issues) {
        return issues.isEmpty() ? failure : failure.with(Validation.report(issues), table(issues));
    }

    /** One line per warning, for stderr. */
    public static List<String> warnings(List<Issue> issues) {
        var lines = new ArrayList<String>();
        for (var issue : issues) {
            if (issue.severity() == Severity.WARNING) {
                lines.add(
                        issue.location().path()
                                + ": "
                                + Secrets.in(issue.message())
                                + " ("
                                + issue.code()
                                + ")");
            }
        }
        return lines;
    }
}
