package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.JobId;

/**
 * The workspaces that stay until their job ends: a folder of their own for each job.
 *
 * <p>A job may end while attempts of it are still being stopped, and these write into their
 * workspaces to the last. So a job's folder goes when both have happened: the job has ended, and
 * the last attempt in the folder is over. What a crash between the two left behind is found by its
 * folder at the next start, so nobody has to look at all jobs that ever were. Safe from any thread.
 *
 * @see "runtime contract, section 6.1"
 */
final class KeptWorkspaces {

    static final String KEPT = "kept";

    private static final class Kept {
        int attempts;
        boolean ended;
    }

    private final Path root;

    /** By the name of the job's folder; those of earlier runtimes are there from the start. */
    private final Map<String, Kept> byFolder = new HashMap<>();

    /**
     * @param workers the worker host's folder
     */
    KeptWorkspaces(Path workers) throws IOException {
        this.root = workers.resolve(KEPT);
        Files.createDirectories(
                root,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (var name : folders()) {
            byFolder.put(name, new Kept());
        }
    }

    /** Where the job's workspaces are. */
    static Path folder(Path workers, JobId job) {
        return workers.resolve(KEPT).resolve(name(job));
    }

    /** An attempt whose workspace stays is about to begin. */
    synchronized void enter(JobId job) {
        byFolder.computeIfAbsent(name(job), _ -> new Kept()).attempts++;
    }

    /** Such an attempt is over; says which folder nobody needs any more. */
    synchronized Optional<Path> leave(JobId job) {
        var name = name(job);
        var kept = byFolder.get(name);
        if (kept == null || --kept.attempts > 0 || !kept.ended) {
            return Optional.empty();
        }
        return given(name);
    }

    /** The job has ended; says which folder nobody needs any more. */
    synchronized Optional<Path> ended(JobId job) {
        if (byFolder.isEmpty()) {
            return Optional.empty();
        }
        var name = name(job);
        var kept = byFolder.get(name);
        if (kept == null) {
            return Optional.empty();
        }
        kept.ended = true;
        return kept.attempts > 0 ? Optional.empty() : given(name);
    }

    /** The folders of jobs that are none of these, which no attempt is in; nobody needs them. */
    synchronized List<Path> allBut(Collection<JobId> unfinished) {
        if (byFolder.isEmpty()) {
            return List.of();
        }
        var needed = new HashSet<String>();
        unfinished.forEach(job -> needed.add(name(job)));
        var left = new ArrayList<Path>();
        for (var entry : List.copyOf(byFolder.entrySet())) {
            if (entry.getValue().attempts == 0 && !needed.contains(entry.getKey())) {
                given(entry.getKey()).ifPresent(left::add);
            }
        }
        return left;
    }

    private Optional<Path> given(String name) {
        byFolder.remove(name);
        return Optional.of(root.resolve(name));
    }

    private static String name(JobId job) {
        return AttemptRecord.fileName(job.value(), job.value());
    }

    private List<String> folders() throws IOException {
        var names = new ArrayList<String>();
        try (var folders = Files.newDirectoryStream(root)) {
            for (var folder : folders) {
                names.add(folder.getFileName().toString());
            }
        }
        return names;
    }
}
