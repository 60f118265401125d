package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mirrorneuron.cli.output.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every leaf prints, word for word: as a table at three widths, on a terminal with colours,
 * plain, as JSON, and when it fails. {@code -Dgolden.record=true} writes it down anew; what changed
 * is then read in the difference.
 */
final class GoldenOutputTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private static final boolean RECORD = Boolean.getBoolean("golden.record");

    private static final char ESCAPE = 27;

    /**
     * A line of {@code commands.txt}.
     *
     * @param kind {@code live} where a terminal shows a view instead of a table, {@code machine}
     *     where the machine decides what is printed; else empty
     */
    record Scenario(String leaf, String success, String failure, String kind) {

        static Scenario of(String line) {
            var cells = line.split("\\|", -1);
            return new Scenario(
                    cells[0].strip(), cells[1].strip(), cells[2].strip(), cells[3].strip());
        }

        Path file() {
            return GOLDEN.resolve("commands/" + leaf.replace(' ', '-') + ".txt");
        }

        List<String> words(String arguments, List<String> more) {
            var words = new ArrayList<>(List.of(leaf.split(" ")));
            if (!arguments.isEmpty()) {
                words.addAll(List.of(arguments.split(" ")));
            }
            words.addAll(more);
            return words;
        }

        @Override
        public String toString() {
            return leaf;
        }
    }

    static Stream<Scenario> scenarios() throws IOException {
        return Files.readAllLines(GOLDEN.resolve("commands.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(Scenario::of);
    }

    @Test
    void every_leaf_is_here_and_nothing_else() throws IOException {
        var leaves =
                Nouns.words().entrySet().stream()
                        .flatMap(noun -> noun.getValue().stream().map(v -> noun.getKey() + " " + v))
                        .toList();
        assertThat(scenarios().map(Scenario::leaf)).containsExactlyInAnyOrderElementsOf(leaves);
        try (var files = Files.list(GOLDEN.resolve("commands"))) {
            assertThat(files)
                    .containsExactlyInAnyOrderElementsOf(scenarios().map(Scenario::file).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void it_prints_what_it_printed(Scenario scenario) throws Exception {
        var text = new StringBuilder();
        if (!scenario.kind.equals("machine")) {
            for (int columns : List.of(40, 80, 120)) {
                text.append(table(scenario, columns));
            }
            if (!scenario.kind.equals("live")) {
                text.append(terminal(scenario));
            }
            text.append(plain(scenario, scenario.success, 0));
            text.append(json(scenario, scenario.success, 0));
        }
        text.append(plain(scenario, scenario.failure, 1));
        text.append(json(scenario, scenario.failure, 1));
        if (RECORD) {
            Files.createDirectories(scenario.file().getParent());
            Files.writeString(scenario.file(), text);
        }
        assertThat(text).hasToString(Files.readString(scenario.file()));
    }

    private static String table(Scenario scenario, int columns) throws Exception {
        try (var world = new GoldenWorld()) {
            world.mn.environment.put("COLUMNS", Integer.toString(columns));
            var shown =
                    world.run(scenario.words(scenario.success, List.of("--output-format=table")));
            assertThat(shown.exit()).as(shown.toString()).isZero();
            assertThat(shown.out()).doesNotContain(Character.toString(ESCAPE));
            if (!isPasted(scenario)) {
                assertThat(shown.out().lines())
                        .allMatch(
                                line -> isToPaste(line) || Text.width(line) <= columns,
                                "at most " + columns + " columns");
            }
            return "table, " + columns + " columns\n" + shown;
        }
    }

    /** A command or a path: nobody breaks what is to be pasted. */
    private static boolean isToPaste(String line) {
        return line.matches("Next:.*|[^:]+:\\s+\\S*/\\S*");
    }

    /** Scripts, reports and logs are for other programs, which fold lines themselves. */
    private static boolean isPasted(Scenario scenario) {
        return scenario.leaf.startsWith("completion ")
                || scenario.leaf.startsWith("man ")
                || scenario.leaf.equals("runtime logs")
                || scenario.leaf.endsWith(" export");
    }

    private static String terminal(Scenario scenario) throws Exception {
        String bare;
        try (var world = new GoldenWorld()) {
            world.mn.terminals = Surroundings.Terminals.ALL;
            world.mn.environment.put("NO_COLOR", "1");
            bare = world.run(scenario.words(scenario.success, List.of())).toString();
            assertThat(bare).doesNotContain(Character.toString(ESCAPE));
        }
        try (var world = new GoldenWorld()) {
            world.mn.terminals = Surroundings.Terminals.ALL;
            world.mn.environment.put("TERM", "xterm-256color");
            var shown = world.run(scenario.words(scenario.success, List.of()));
            assertThat(shown.exit()).as(shown.toString()).isZero();
            // Colours add to what is said and never say anything alone.
            assertThat(shown.toString().replaceAll(ESCAPE + "\\[[0-9;]*m", "")).isEqualTo(bare);
            return "terminal\n" + shown.toString().replace(ESCAPE, '␛');
        }
    }

    private static String plain(Scenario scenario, String arguments, int failing) throws Exception {
        try (var world = new GoldenWorld()) {
            var shown = world.run(scenario.words(arguments, List.of()));
            assertThat(shown.exit() == 0).as(shown.toString()).isEqualTo(failing == 0);
            assertThat(shown.out() + shown.err()).doesNotContain(Character.toString(ESCAPE));
            if (failing == 1) {
                assertThat(shown.err())
                        .as("one error and what to do")
                        .contains("× Error: (MN_", "\n! Hint: ")
                        .doesNotContain("Exception", "\tat ");
            }
            return "plain\n" + shown;
        }
    }

    private static String json(Scenario scenario, String arguments, int failing) throws Exception {
        try (var world = new GoldenWorld()) {
            var shown = world.run(scenario.words(arguments, List.of("--json")));
            assertThat(shown.exit() == 0).as(shown.toString()).isEqualTo(failing == 0);
            assertThat(shown.out()).contains("\"schema\"");
            return "json\n" + shown;
        }
    }
}
