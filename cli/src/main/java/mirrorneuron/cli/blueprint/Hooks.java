package mirrorneuron.cli.blueprint;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.ZipFile;
import mirrorneuron.api.BundleSource;

/**
 * The scripts of a blueprint that would run on this machine before and after its job. None is run:
 * a script of somebody else's needs the consent of who launches it, and this release has no way to
 * ask for that. They are named, so that nobody takes what they do for done.
 */
final class Hooks {

    private static final List<String> FILES =
            List.of("scripts/pre-launch.sh", "scripts/post-launch.sh");

    private Hooks() {}

    /** A sentence for each of them. */
    static List<String> warnings(BundleSource source) {
        return switch (source) {
            case BundleSource.Folder(var root) ->
                    warnings(file -> Files.exists(root.resolve(file)));
            case BundleSource.Zip(var archive) -> within(archive.toFile());
            case BundleSource.Loaded _, BundleSource.Inline _ -> List.of();
        };
    }

    private static List<String> within(File archive) {
        try (var zip = new ZipFile(archive)) {
            var names = zip.stream().map(entry -> "/" + entry.getName()).toList();
            return warnings(file -> names.stream().anyMatch(name -> name.endsWith("/" + file)));
        } catch (IOException unreadable) {
            // The runtime reads it too and says what is wrong with it.
            return List.of();
        }
    }

    private static List<String> warnings(Predicate<String> isThere) {
        return FILES.stream()
                .filter(isThere)
                .map(file -> file + " is not run: this release runs no hooks of blueprints")
                .toList();
    }
}
