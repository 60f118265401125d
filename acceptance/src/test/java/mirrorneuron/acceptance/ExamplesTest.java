package mirrorneuron.acceptance;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every example does what its README says, run as the README says, from an empty home. */
@Tag("slow")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExamplesTest {

    private static final Pattern JOB_ID = Pattern.compile("Job ID: (\\S+)");

    @TempDir Path home;

    /** The indented lines below "Expected output", without their margin. */
    private static List<String> expected(String example) throws IOException {
        var lines = new ArrayList<String>();
        boolean below = false;
        for (var line : Files.readAllLines(Product.example(example).resolve("README.md"))) {
            below |= line.equals("## Expected output");
            if (below && line.startsWith("    ")) {
                lines.add(line.substring(4));
            }
        }
        assertThat(lines).as("the expected output in the README of %s", example).isNotEmpty();
        return lines;
    }

    /** What the README shows, as it must appear in the output: the minted part of the id aside. */
    private static String documented(String example) throws IOException {
        return expected(example).stream()
                .filter(line -> !line.startsWith("Job ID: "))
                .collect(joining("\n"));
    }

    private static void assertDocumented(String example, Product.Run run) throws IOException {
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).as(run.toString()).contains(documented(example));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prime_sweep",
                "research_flow",
                "stream_peaks",
                "ping_pong",
                "branch_review",
                "scatter_gather",
                "quorum",
                "teardown",
                "dynamic_research"
            })
    void an_example_gives_its_documented_output(String example) throws Exception {
        var run = Product.run(home, "blueprint", "run", "--folder", "examples/" + example);
        assertDocumented(example, run);
        assertThat(run.out()).containsPattern("Job ID: " + example + "-\\d{13}-[0-9a-f]{12}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prime_sweep",
                "word_count",
                "research_flow",
                "stream_peaks",
                "flaky_worker",
                "ping_pong",
                "branch_review",
                "scatter_gather",
                "approval",
                "quorum",
                "teardown",
                "dynamic_research"
            })
    void an_example_is_valid_without_a_warning(String example) throws Exception {
        var run = Product.run(home, "blueprint", "validate", "examples/" + example, "--strict");
        assertThat(run.exit()).as(run.toString()).isZero();
    }

    @Test
    void word_count_runs_in_the_sandbox_and_gives_its_documented_output() throws Exception {
        var debian = Path.of("/etc/debian_version");
        assumeTrue(
                Files.exists(debian) && Files.readString(debian).startsWith("12"),
                "the documented numbers are those of Debian 12");
        var nodes = Product.run(home, "node", "list", "--json");
        assumeTrue(nodes.out().contains("sandbox"), nodes.toString());
        var run = Product.run(home, "blueprint", "run", "--folder", "examples/word_count");
        assertDocumented("word_count", run);
    }

    @Test
    void flaky_worker_stands_still_is_mended_and_ends() throws Exception {
        var run = Product.run(home, "blueprint", "run", "--folder", "examples/flaky_worker");
        var named = JOB_ID.matcher(run.out());
        assertThat(named.find()).as(run.toString()).isTrue();
        var job = named.group(1);
        assertThat(run.out() + run.err())
                .contains("Status: running")
                .contains("No agent has anything to do, and 1 message could not be handled.");

        assertThat(Product.run(home, "job", "explain", job))
                .satisfies(why -> assertThat(why.exit()).as(why.toString()).isZero());
        var letters = Product.run(home, "job", "dead-letters", job, "-o", "plain");
        assertThat(letters.exit()).as(letters.toString()).isZero();
        assertThat(letters.out()).contains("worker").contains("command exited with status 1");

        var mended = Map.of("FLAKY_MENDED", "1");
        var replay =
                Product.run(Product.mn(home, mended, "job", "dead-letters", job, "--replay", "0"));
        assertThat(replay.exit()).as(replay.toString()).isZero();
        var end = Product.run(Product.mn(home, mended, "job", "monitor", job));
        assertThat(end.exit()).as(end.toString()).isZero();
        assertThat(end.out()).as(end.toString()).contains(documented("flaky_worker"));

        var again =
                Product.run(Product.mn(home, mended, "job", "dead-letters", job, "--replay", "0"));
        assertThat(again.exit()).as(again.toString()).isEqualTo(1);
    }

    @Test
    void branch_review_takes_the_other_way_and_skips_the_first() throws Exception {
        var run =
                Product.run(
                        home,
                        "blueprint",
                        "run",
                        "--folder",
                        "examples/branch_review",
                        "--job-id",
                        "other",
                        "--input",
                        "{\"ticket\":\"How do I change my address?\"}");
        assertThat(run.out()).as(run.toString()).contains("\"auto_reply\"");
        var steps = Product.run(home, "job", "steps", "other");
        assertThat(steps.out())
                .as(steps.toString())
                .contains(
                        "manual_review\tskipped\t\tit was skipped: branch not selected by classify")
                .contains("merge\tcompleted\t1\t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quorum", "teardown"})
    void a_handled_failure_stays_visible(String example) throws Exception {
        var run = Product.run(home, "blueprint", "run", "--folder", "examples/" + example);
        var readme = Files.readString(Product.example(example).resolve("README.md"));
        var warning = Pattern.compile("    (! Warning: .*)").matcher(readme);
        assertThat(warning.find()).isTrue();
        assertThat(run.err()).as(run.toString()).contains(warning.group(1));
    }

    @Test
    void approval_waits_is_sent_back_approved_and_ends() throws Exception {
        var run =
                Product.run(
                        home,
                        "blueprint",
                        "run",
                        "--folder",
                        "examples/approval",
                        "--job-id",
                        "note");
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).contains("Status: running");
        assertThat(run.err())
                .contains("draft waits for a person: Review the draft")
                .contains("mn job human note --respond draft:gate:1 --decision approve");

        var pending = Product.run(home, "job", "human", "note", "--pending");
        assertThat(pending.out())
                .as(pending.toString())
                .contains("\"request_id\": \"draft:gate:1\"");
        for (int again = 0; again < 2; again++) {
            var revise =
                    Product.run(
                            home,
                            "job",
                            "human",
                            "note",
                            "--respond",
                            "draft:gate:1",
                            "--decision",
                            "revise",
                            "--notes",
                            "say when");
            assertThat(revise.exit()).as(revise.toString()).isZero();
        }
        var second = Product.run(home, "job", "monitor", "note");
        assertThat(second.err()).as(second.toString()).contains("draft:gate:2");
        var approve =
                Product.run(
                        home,
                        "job",
                        "human",
                        "note",
                        "--respond",
                        "draft:gate:2",
                        "--decision",
                        "approve");
        assertThat(approve.exit()).as(approve.toString()).isZero();
        var end = Product.run(home, "job", "monitor", "note");
        assertThat(end.out()).as(end.toString()).contains(documented("approval"));
    }

    @Test
    void approval_takes_the_default_when_nobody_answers() throws Exception {
        var run =
                Product.run(
                        home,
                        "blueprint",
                        "run",
                        "--folder",
                        "examples/approval",
                        "--input",
                        "{\"review_seconds\":2}",
                        "--exit-status");
        assertThat(run.exit()).as(run.toString()).isEqualTo(1);
        assertThat(run.out()).contains("Status: failed");
        assertThat(run.err())
                .contains(
                        "× Job failed: (workflow.step.retry_exhausted) Step draft failed: rejected"
                                + " by timeout");
    }

    @Test
    void results_can_be_read_later() throws Exception {
        var run =
                Product.run(
                        home,
                        "blueprint",
                        "run",
                        "--folder",
                        "examples/research_flow",
                        "--job-id",
                        "research");
        assertThat(run.exit()).as(run.toString()).isZero();
        var result = Product.run(home, "job", "result", "research");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out()).contains("\"count\": 2");
        var list = Product.run(home, "job", "list", "-o", "plain");
        assertThat(list.out()).as(list.toString()).contains("research").contains("completed");
    }

    @Test
    void the_program_of_the_readme_compiles_and_prints_a_result(@TempDir Path folder)
            throws Exception {
        var readme = Files.readString(Product.PROJECT.resolve("README.md"));
        var block = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(block.find()).as("a Java program in README.md").isTrue();
        var program = block.group(1);
        var name = Pattern.compile("class (\\w+)").matcher(program);
        assertThat(name.find()).isTrue();
        assertThat(program.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(13);
        var source = Files.writeString(folder.resolve(name.group(1) + ".java"), program);
        var run =
                Product.run(
                        new ProcessBuilder(
                                Product.JAVA,
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                Product.libraries(),
                                source.toString(),
                                home.toString(),
                                Product.example("research_flow").toString()));
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).containsPattern("research_flow-\\d+-\\w+ \\{.*\"count\":2");
    }
}
