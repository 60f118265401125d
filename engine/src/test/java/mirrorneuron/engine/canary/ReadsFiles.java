package mirrorneuron.engine.canary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Breaks: nothing is read or written. */
final class ReadsFiles {

    private ReadsFiles() {}

    static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}
