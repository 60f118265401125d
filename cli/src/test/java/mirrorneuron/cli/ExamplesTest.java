package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.EmbeddedProvider;
import mirrorneuron.cli.follow.Interrupts;
import mirrorneuron.cli.home.RuntimeDoor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the examples and the README promise, with the real runtime. */
final class ExamplesTest {

    private static final Path PROJECT = project();

    @TempDir Path home;

    private record Outcome(int exit, String out, String err) {}

    private static Path project() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("examples"))) {
            directory = Objects.requireNonNull(directory.getParent(), "the project's root");
        }
        return directory;
    }

    @BeforeAll
    static void there_is_a_runtime() {
        assumeTrue(ServiceLoader.load(EmbeddedProvider.class).findFirst().isPresent());
    }

    private Outcome mn(Map<String, String> variables, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = new HashMap<>(Map.of("MN_HOME", home.toString()));
        environment.putAll(variables);
        int exit =
                Mn.run(
                        new Surroundings(
                                environment,
                                PROJECT,
                                Surroundings.Terminals.NONE,
                                InputStream.nullInputStream(),
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                InstantSource.system(),
                                RuntimeDoor.embedded(),
                                () -> {
                                    throw new AssertionError("no terminal here");
                                },
                                Interrupts.Source.ofProcess()),
                        List.of(arguments));
        return new Outcome(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The indented block under the README's last heading; an ellipsis stands for anything. */
    private static Pattern expected(String example) throws Exception {
        var readme =
                Files.readString(PROJECT.resolve("examples").resolve(example).resolve("README.md"));
        var lines = new ArrayList<String>();
        for (var line : readme.substring(readme.indexOf("## Expected output")).lines().toList()) {
            if (line.startsWith("    ")) {
                lines.add(Pattern.quote(line.substring(4)).replace("…", "\\E.*\\Q"));
            } else if (!lines.isEmpty()) {
                break;
            }
        }
        // What the README cuts short is a beginning.
        return Pattern.compile(String.join("\n", lines) + "(\n[\\s\\S]*)?");
    }

    private static boolean isDebian12() throws Exception {
        var release = Path.of("/etc/os-release");
        return Files.exists(release) && Files.readString(release).contains("VERSION_ID=\"12\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"prime_sweep", "word_count", "research_flow", "stream_peaks", "ping_pong"})
    void an_example_prints_what_its_readme_says(String example) throws Exception {
        if (example.equals("ping_pong")) {
            // The jar is made when its module is packaged, which a run of tests alone leaves out.
            assumeTrue(
                    Files.exists(
                            PROJECT.resolve("examples/ping_pong/payloads/agents/ping_pong.jar")));
        }

        var outcome =
                mn(
                        Map.of(),
                        "blueprint",
                        "run",
                        "--folder",
                        "examples/" + example,
                        "--exit-status");

        assertThat(outcome.exit()).as(outcome.err()).isZero();
        if (example.equals("word_count") && !isDebian12()) {
            assertThat(outcome.out()).contains("\"texts\": 8");
        } else {
            assertThat(outcome.out()).matches(expected(example));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prime_sweep",
                "word_count",
                "research_flow",
                "stream_peaks",
                "flaky_worker",
                "ping_pong"
            })
    void an_example_is_valid_without_a_warning(String example) {
        var outcome = mn(Map.of(), "blueprint", "validate", "examples/" + example, "--strict");

        assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
    }

    @Test
    void the_flaky_worker_stands_still_until_its_dead_letter_is_replayed() throws Exception {
        // The worker reads the variable from this JVM's environment, which a test cannot change, so
        // the mended service is a second bundle's affair; here the letter fails again.
        var outcome = mn(Map.of(), "blueprint", "run", "--folder", "examples/flaky_worker");
        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).endsWith("Status: running\n");
        var id = outcome.out().lines().findFirst().orElseThrow().substring("Job ID: ".length());

        var letters = (JsonArray) Json.parse(mn(Map.of(), "job", "dead-letters", id).out());
        assertThat(letters.size()).isEqualTo(1);
        assertThat(((JsonObject) letters.get(0)).string("agent_id")).contains("worker");

        assertThat(mn(Map.of(), "job", "result", id).exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("1 message could not be handled", "item 5");

        assertThat(mn(Map.of(), "job", "dead-letters", id, "--replay", "0").out())
                .contains("Dead letter replay successful.");
        var followed = mn(Map.of(), "job", "monitor", id);
        assertThat(followed.exit()).isZero();
        assertThat(mn(Map.of(), "job", "dead-letters", id, "-q").out()).isEqualTo("0\n1\n");

        // Mended by hand: the message that the worker never sent.
        mn(Map.of(), "job", "send", id, "collector", "{\"body\":{\"item\":5,\"square\":25}}");
        assertThat(mn(Map.of(), "job", "monitor", id).out())
                .contains("Status: completed", "\"5\": 25");
    }

    @Test
    void the_program_of_the_readme_runs() throws Exception {
        var readme = Files.readString(PROJECT.resolve("README.md"));
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        var source = home.resolve("Sweep.java");
        Files.writeString(source, readme.substring(begin, readme.indexOf("```", begin)));
        var errors = new ByteArrayOutputStream();
        int compiled =
                Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a compiler")
                        .run(
                                null,
                                null,
                                errors,
                                "-d",
                                home.toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                source.toString());
        assertThat(compiled).as(errors.toString(StandardCharsets.UTF_8)).isZero();

        var printed = new ByteArrayOutputStream();
        var before = System.out;
        try (var loader = new URLClassLoader(new java.net.URL[] {home.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass("Sweep")
                    .getMethod("main", String[].class)
                    .invoke(
                            null,
                            (Object)
                                    new String[] {
                                        home.resolve("mn").toString(),
                                        PROJECT.resolve("examples/research_flow").toString()
                                    });
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .matches("research_flow-\\S+ \\{\"messages\":.*\"count\":2.*}\\s*");
    }
}
