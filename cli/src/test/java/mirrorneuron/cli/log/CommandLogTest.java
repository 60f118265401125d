package mirrorneuron.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLogTest {

    @TempDir Path folder;

    @Test
    void a_home_that_the_first_entry_makes_is_its_owners_alone() throws IOException {
        var home = folder.resolve("home");
        var file = home.resolve("logs/cli.log");

        new CommandLog(home, file, 1_000, 1).line("ERROR", "job list", "it failed", null);

        assertThat(file).content().contains("ERROR job list it failed");
        assertThat(Files.getPosixFilePermissions(home))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void a_log_elsewhere_makes_no_home() {
        var home = folder.resolve("home");
        var file = folder.resolve("elsewhere/cli.log");

        new CommandLog(home, file, 1_000, 1).line("ERROR", "job list", "it failed", null);

        assertThat(file).content().contains("it failed");
        assertThat(home).doesNotExist();
    }
}
