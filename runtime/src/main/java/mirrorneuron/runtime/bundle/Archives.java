package mirrorneuron.runtime.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Issue;

/** Inflates archives that are no bundles, as distrustful as those that are. */
public final class Archives {

    private Archives() {}

    /**
     * @param folder where the marker and everything beside it lie; empty when the archive was
     *     refused
     * @param issues why it was refused
     */
    public record Extracted(Optional<Path> folder, List<Issue> issues) {
        public Extracted {
            issues = List.copyOf(issues);
        }
    }

    /**
     * Inflates an archive into an empty folder.
     *
     * @param marker the file without which it is not what is looked for
     * @throws IOException when this machine cannot read the archive or write the files; the target
     *     may hold a part
     */
    public static Extracted extract(Path file, Path target, String marker, BundleLimits limits)
            throws IOException {
        var issues = new BundleIssues();
        var folder = new ZipExtraction(file, target, marker, limits, true, issues).run();
        return new Extracted(folder, issues.all());
    }
}
