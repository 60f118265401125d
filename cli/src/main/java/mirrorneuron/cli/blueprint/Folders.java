package mirrorneuron.cli.blueprint;

import java.nio.file.Files;
import java.nio.file.Path;
import mirrorneuron.api.BundleSource;
import mirrorneuron.cli.CommandFailure;

/** Finds the bundle that a path names. */
final class Folders {

    private Folders() {}

    static BundleSource source(Path path) {
        if (Files.isRegularFile(path) && path.toString().endsWith(".zip")) {
            return BundleSource.zip(path);
        }
        if (Files.isRegularFile(path)
                && path.endsWith("manifest.json")
                && path.getParent() != null) {
            return BundleSource.folder(path.getParent());
        }
        if (!Files.exists(path)) {
            throw CommandFailure.notFound(
                    "There is no folder " + path,
                    "a blueprint is a folder with manifest.json and payloads/, or a zip of one");
        }
        return BundleSource.folder(path);
    }
}
