package mirrorneuron.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What people see, as files of text. {@code -Dmn.golden.record=true} writes them anew; then the
 * difference is read like that of any other source.
 */
public final class Golden {

    private static final Path FOLDER = Path.of("src/test/resources/golden");

    private Golden() {}

    /** The lines are exactly those of the file. */
    public static void assertSame(String name, List<String> lines) {
        var text = String.join("\n", lines) + "\n";
        var file = FOLDER.resolve(name + ".txt");
        try {
            if (Boolean.getBoolean("mn.golden.record")) {
                Files.createDirectories(FOLDER);
                Files.writeString(file, text, UTF_8);
            }
            assertThat(file).as("recorded with -Dmn.golden.record=true").exists();
            assertThat(text).as(name).isEqualTo(Files.readString(file, UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
