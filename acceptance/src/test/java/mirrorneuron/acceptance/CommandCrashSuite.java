package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command, killed while it runs a job; the next one on the same home goes on with it. */
@Tag("slow")
class CommandCrashSuite {

    private static final int KILLS_OF_BUILD = 5;

    /** How events are written for programs: time, type, agent, what is to be said of it. */
    private static final String EVENT_LINE = "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} [a-z_]+( .*)?";

    @Test
    void a_run_killed_again_and_again_still_ends_with_the_right_answer(@TempDir Path folder)
            throws Exception {
        var homes = new ArrayList<Path>();
        CrashCount.of("crash-command", KILLS_OF_BUILD, KILLS_OF_BUILD)
                .prove(
                        (kills, random) -> {
                            homes.add(folder.resolve("slice-" + homes.size()));
                            Files.createDirectories(homes.getLast());
                            return slice(homes.getLast(), kills, random);
                        });
    }

    private static CrashCount.Slice slice(Path folder, int kills, Random random) throws Exception {
        var home = folder.resolve("home");
        var run =
                Product.mn(
                        home,
                        Map.of(),
                        "blueprint",
                        "run",
                        "--folder",
                        Product.example("prime_sweep").toString(),
                        "--job-id",
                        "primes");
        killSoonAfterTheFirstLine(run, folder.resolve("errors-0"), "Job ID: primes", random);
        long worstRecoveryMs = 0;
        for (int kill = 2; kill <= kills; kill++) {
            long began = System.nanoTime();
            var monitor = Product.mn(home, Map.of(), "job", "monitor", "primes");
            long rested =
                    killSoonAfterTheFirstLine(
                            monitor, folder.resolve("errors-" + kill), EVENT_LINE, random);
            long tookMs = (System.nanoTime() - began) / 1_000_000 - rested;
            worstRecoveryMs = Math.max(worstRecoveryMs, tookMs);
        }
        var end = Product.run(home, "job", "monitor", "primes");
        assertThat(end.exit()).as(end.toString()).isZero();
        assertThat(end.out()).contains("Status: completed").contains("\"primes\": 148933");
        assertThat(Product.processesBelow(folder)).isEmpty();
        return new CrashCount.Slice(kills, 1, 0, 0, 0, worstRecoveryMs, Map.of(), List.of());
    }

    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @ParameterizedTest
    @ValueSource(
            strings = {"scatter_gather", "teardown", "branch_review", "quorum", "dynamic_research"})
    void a_workflow_killed_again_and_again_still_ends_with_the_right_answer(
            String example, @TempDir Path folder) throws Exception {
        var random = new Random();
        var home = folder.resolve("home");
        var run =
                Product.mn(
                        home,
                        Map.of(),
                        "blueprint",
                        "run",
                        "--folder",
                        Product.example(example).toString(),
                        "--job-id",
                        "primes");
        killSoonAfterTheFirstLine(run, folder.resolve("errors-0"), "Job ID: primes", random);
        for (int kill = 2; kill <= 3; kill++) {
            var monitor =
                    Product.mn(home, Map.of(), "job", "monitor", "primes")
                            .redirectError(folder.resolve("errors-" + kill).toFile())
                            .start();
            monitor.waitFor(700 + random.nextInt(700), TimeUnit.MILLISECONDS);
            monitor.toHandle().destroyForcibly();
            monitor.waitFor();
        }
        var end = Product.run(home, "job", "monitor", "primes");
        assertThat(end.exit()).as(end.toString()).isZero();
        assertThat(end.out()).contains("Status: completed");
        var readme = Files.readString(Product.example(example).resolve("README.md"));
        var expected =
                readme.substring(readme.indexOf("    Result:\n"))
                        .lines()
                        .map(line -> line.substring(Math.min(4, line.length())))
                        .collect(Collectors.joining("\n"));
        assertThat(end.out()).as(end.toString()).contains(expected.strip());
        assertThat(Product.processesBelow(folder)).isEmpty();
    }

    /**
     * @param first what the line has to be, as a regular expression
     * @return milliseconds from the line to the kill
     */
    private static long killSoonAfterTheFirstLine(
            ProcessBuilder command, Path errors, String first, Random random)
            throws IOException, InterruptedException {
        var process = command.redirectError(errors.toFile()).start();
        try (var lines = process.inputReader(UTF_8)) {
            assertThat(lines.readLine()).as(Files.readString(errors)).matches(first);
            int restMs = 100 + random.nextInt(500);
            process.waitFor(restMs, TimeUnit.MILLISECONDS);
            return restMs;
        } finally {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }
}
