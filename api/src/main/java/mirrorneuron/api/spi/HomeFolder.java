package mirrorneuron.api.spi;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that holds jobs, runs and logs. Jobs hold whatever people gave them, so a home is made
 * for its owner alone, whoever makes it first: a command, a server or an embedded runtime.
 */
public final class HomeFolder {

    private HomeFolder() {}

    /**
     * Makes a home with its parents. One that exists keeps the permissions that somebody gave it.
     *
     * @throws FileAlreadyExistsException when there is a file of this name
     */
    public static void make(Path home) throws IOException {
        if (Files.isDirectory(home)) {
            return;
        }
        var parent = home.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(home, ownerOnly());
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(home)) {
                throw there;
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }
}
