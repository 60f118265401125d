package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The Python modules that the runtime gives every worker: one for authors, and the one that runs a
 * function as a step.
 */
final class PythonHelpers {

    static final List<String> MODULES = List.of("mirrorneuron_worker.py", "mn_step_runner.py");

    private PythonHelpers() {}

    /** Where they are on this machine. */
    static Path folder(WorkerSettings settings) {
        return settings.root().resolve("python");
    }

    /** Puts them there, each as a whole, so that a worker that outlived us never reads half. */
    static void install(WorkerSettings settings) throws IOException {
        var folder = Files.createDirectories(folder(settings));
        for (var name : MODULES) {
            var file = folder.resolve(name);
            byte[] bytes;
            try (var in =
                    Objects.requireNonNull(
                            PythonHelpers.class.getResourceAsStream("python/" + name), name)) {
                bytes = in.readAllBytes();
            }
            if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
                continue;
            }
            var fresh = folder.resolve(name + ".new");
            Files.write(
                    fresh, bytes, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
