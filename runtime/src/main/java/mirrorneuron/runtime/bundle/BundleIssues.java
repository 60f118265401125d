package mirrorneuron.runtime.bundle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Issue;
import mirrorneuron.api.IssueLocation;
import mirrorneuron.api.Severity;

/** Collects what is wrong with a bundle. */
final class BundleIssues {

    /** An archive of ten thousand bad names is described well enough by its first hundred. */
    private static final int UNSAFE_PATHS_MAX = 100;

    private final List<Issue> issues = new ArrayList<>();
    private int unsafePaths;

    boolean failed() {
        return issues.stream().anyMatch(issue -> issue.severity() == Severity.ERROR);
    }

    List<Issue> all() {
        return issues;
    }

    void addAll(Collection<Issue> more) {
        issues.addAll(more);
    }

    /** An error at a path inside the bundle; the empty path is the bundle itself. */
    void error(String code, String path, String message, String help) {
        error(code, "bundle", path, message, help);
    }

    void error(String code, String source, String path, String message, String help) {
        var pointer = new StringBuilder("/").append(source);
        for (var part : path.isEmpty() ? new String[0] : path.split("/")) {
            pointer.append('/').append(part.replace("~", "~0"));
        }
        add(
                code,
                new IssueLocation(source, path.isEmpty() ? source : path, pointer.toString()),
                message,
                help);
    }

    void add(String code, IssueLocation location, String message, String help) {
        issues.add(
                new Issue(
                        code,
                        message,
                        Optional.of(help).filter(text -> !text.isEmpty()),
                        Severity.ERROR,
                        location,
                        Optional.empty(),
                        Optional.empty()));
    }

    /** A name that leads, or could lead, outside the bundle. */
    void unsafePath(String path, String found) {
        if (unsafePaths++ < UNSAFE_PATHS_MAX) {
            var shown = path.replace('\0', '?');
            error(
                    "bundle.unsafe_path",
                    shown,
                    "Expected a plain path inside the bundle, but found " + found + ": " + shown,
                    "Use relative paths without .., and files instead of links.");
        }
    }
}
