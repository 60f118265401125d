package mirrorneuron.cli.home;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs that a shell would find. Stateless. */
public final class Programs {

    private Programs() {}

    /**
     * @param path folders as in the variable {@code PATH}
     */
    public static Optional<Path> find(String path, String name) {
        for (var folder : path.split(File.pathSeparator)) {
            var file = Path.of(folder, name);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
