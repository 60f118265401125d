package mirrorneuron.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, line by line, from an empty home. */
@Tag("slow")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TourTest {

    @TempDir Path folder;

    @AfterEach
    void no_server_stays() {
        Product.serversOf(folder.resolve("home")).forEach(ProcessHandle::destroyForcibly);
    }

    private static List<String> tour() throws Exception {
        var readme = Files.readString(Product.PROJECT.resolve("README.md"));
        var section = readme.substring(readme.indexOf("## Five minutes with it"));
        return section.substring(0, section.indexOf("\n## ", 1))
                .lines()
                .filter(line -> line.startsWith("    mn "))
                .map(line -> line.substring("    mn ".length()).replaceFirst(" +#.*", ""))
                .toList();
    }

    @Test
    void each_command_of_the_tour_does_what_it_says() throws Exception {
        var home = folder.resolve("home");
        var variables = Map.of("MN_API_PORT", Integer.toString(Product.freePort()));
        var said = new StringBuilder();
        for (var line : tour()) {
            var run = Product.run(Product.mn(home, variables, line.split(" ")));
            assertThat(run.exit()).as(line + "\n" + run).isZero();
            said.append("$ ").append(line).append('\n').append(run.out()).append(run.err());
        }
        assertThat(said)
                .contains("\"primes\": 148933")
                .contains("Runtime start successful.")
                .contains("Review the draft")
                .contains("Runtime stop successful.");
        assertThat(said.substring(said.indexOf("$ job wait note"))).contains("completed");
        assertThat(tour()).hasSizeGreaterThan(8);
    }
}
