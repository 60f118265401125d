package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mirrorneuron.runtime.bundle.Folders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders of backups that are being made or read. What a dead process left in it is swept at the
 * next start. Safe from any thread.
 */
public final class Scratch {

    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);

    private final Path root;

    /**
     * @param root a folder of its own; made when the first backup is
     */
    public Scratch(Path root) {
        this.root = root;
    }

    Path fresh() throws IOException {
        Files.createDirectories(root);
        return Files.createTempDirectory(root, "backup-").toRealPath();
    }

    /** Removes a folder quietly; what stays is swept later. */
    static void drop(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException | UncheckedIOException left) {
            LOG.debug("scratch folder {} stays", folder, left);
        }
    }

    /** Removes everything. Only for a process that has the home to itself, before it works. */
    public void sweep() {
        drop(root);
    }
}
