package mirrorneuron.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mirrorneuron.api.InternalRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What every command has in common, and what happens to commands that do not exist. */
final class CommandTreeTest {

    private final CommandRun mn = new CommandRun();

    static Stream<String> leaves() {
        return Nouns.words().entrySet().stream()
                .flatMap(noun -> noun.getValue().stream().map(verb -> noun.getKey() + " " + verb));
    }

    private static List<String> words(String leaf, String... more) {
        var words = new ArrayList<>(List.of(leaf.split(" ")));
        words.addAll(List.of(more));
        return words;
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void every_leaf_explains_itself_with_an_example(String leaf) {
        assertThat(mn.run(words(leaf, "--help").toArray(String[]::new))).isZero();
        assertThat(mn.out())
                .startsWith("Usage: mn " + leaf)
                .contains("--json")
                .contains("--help")
                .contains("Example:\n  mn " + leaf);
        assertThat(mn.err()).isEmpty();
        assertThat(mn.runtime.opened).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void help_names_what_must_be_given_and_puts_last_what_every_leaf_takes(String leaf) {
        mn.environment.put("COLUMNS", "120");
        mn.run(words(leaf, "--help").toArray(String[]::new));
        var page = mn.out();
        var own = page.substring(0, page.indexOf("\nCommon options:\n"));
        var common = page.substring(own.length());
        assertThat(common)
                .contains("--json", "--home=DIR", "--quiet", "--target=HOST:PORT", "--yes");
        var line = CommandTree.full(surroundings());
        for (var word : leaf.split(" ")) {
            line = requireNonNull(line.getSubcommands().get(word));
        }
        var usage = own.lines().findFirst().orElseThrow();
        for (var option : line.getCommandSpec().options()) {
            assertThat(page).contains(option.longestName());
            if (option.required()) {
                assertThat(usage).contains(" " + option.longestName() + "=");
            }
        }
        assertThat(own).doesNotContain("      --target");
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void help_fits_40_80_and_120_columns(String leaf) {
        for (int columns : List.of(40, 80, 120)) {
            mn.environment.put("COLUMNS", Integer.toString(columns));
            mn.run(words(leaf, "--help").toArray(String[]::new));
            // An example is there to be pasted, so it is not broken on wide pages.
            assertThat(mn.out().lines().filter(line -> !line.startsWith("  mn ")))
                    .allMatch(line -> line.length() <= columns, "at most " + columns + " columns");
        }
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void every_description_is_there(String leaf) {
        var line = CommandTree.full(surroundings());
        CommandLine found = line;
        for (var word : leaf.split(" ")) {
            found = java.util.Objects.requireNonNull(found.getSubcommands().get(word));
        }
        var spec = found.getCommandSpec();
        assertThat(spec.usageMessage().description()).isNotEmpty();
        for (var option : spec.options()) {
            assertThat(option.description())
                    .as("%s of %s", option.longestName(), leaf)
                    .isNotEmpty();
            // Everybody on the machine reads what a command was called with.
            if (!option.longestName().equals("--token-file")) {
                assertThat(option.longestName()).doesNotContain("token", "secret", "password");
            }
        }
        for (var parameter : spec.positionalParameters()) {
            assertThat(parameter.description()).as(leaf).isNotEmpty();
        }
    }

    private Surroundings surroundings() {
        return new Surroundings(
                java.util.Map.of(),
                mn.directory,
                Surroundings.Terminals.NONE,
                java.io.InputStream.nullInputStream(),
                System.out,
                System.err,
                java.time.InstantSource.system(),
                mn.runtime,
                mn.servers,
                () -> mn.screen,
                () -> {
                    throw new UnsupportedOperationException();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job list",
                "job status j",
                "job result j",
                "job dead-letters j",
                "job monitor j",
                "job explain j",
                "job steps j",
                "job human j",
                "job human j --respond r --decision approve",
                "job agents j",
                "job events j",
                "job pause j",
                "job resume j",
                "job cancel j --yes",
                "job backup j -o d",
                "job restore b -i z",
                "job send j a {}",
                "run rebuild r",
                "run list",
                "run show r",
                "run watch r",
                "run result r",
                "resource show",
                "run timeline r",
                "job submit -",
                "job unfinished",
                "node show n",
                "job wait j",
                "job graph j",
                "job logs j",
                "job timeline j",
                "job retry j",
                "job cancel-all --yes",
                "job clear --yes",
                "operation list",
                "operation status o",
                "operation watch o",
                "resource list",
                "resource set --cpu 50",
                "resource usage",
                "runtime metrics",
                "run status r",
                "run logs r",
                "run tail r",
                "run stream r",
                "run resources r",
                "run human r",
                "run compare r s",
                "run export r",
                "run pause r",
                "run resume r",
                "run cancel r --yes",
                "run delete r --yes",
                "blueprint monitor",
                "node list"
            })
    void a_runtime_that_cannot_be_opened_is_one_clear_error(String line) {
        mn.runtime.openingFails =
                Optional.of(
                        new mirrorneuron.api.RuntimeUnavailableException(
                                "Expected to open /home/ada/.mn, but it is read-only"));
        assertThat(mn.run(line.split(" "))).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_RUNTIME_UNAVAILABLE) Expected to open /home/ada/.mn, but it is read-only
                        ! Hint: check that the home folder exists, is writable and has free space
                        """);
        assertThat(mn.out()).isEmpty();
    }

    @Test
    void an_unexpected_error_shows_no_stack_but_names_the_log(
            @org.junit.jupiter.api.io.TempDir java.nio.file.Path home) throws Exception {
        mn.environment.put("MN_HOME", home.toString());
        mn.runtime.openingFails = Optional.of(new IllegalStateException("boom token=abcdefgh"));
        assertThat(mn.run("job", "list")).isEqualTo(1);
        assertThat(mn.err())
                .isEqualTo(
                        "× Error: (MN_EXECUTION_FAILED) The command failed unexpectedly (IllegalStateException).\n"
                                + "! Hint: details are in "
                                + home
                                + "/logs/cli.log\n");
        assertThat(java.nio.file.Files.readString(home.resolve("logs/cli.log")))
                .contains("IllegalStateException", "at mirrorneuron.cli")
                .doesNotContain("abcdefgh");
    }

    @Test
    void debug_adds_one_line_about_the_cause() {
        mn.runtime.openingFails = Optional.of(new InternalRuntimeException("it broke"));
        mn.run("--debug", "job", "list");
        assertThat(mn.err()).endsWith("  mirrorneuron.api.InternalRuntimeException: it broke\n");
    }

    @Test
    void version_is_two_lines() {
        for (var option : List.of("--version", "-v")) {
            assertThat(mn.run(option)).isZero();
            assertThat(mn.out()).matches("MirrorNeuron CLI\nversion \\S+\n");
        }
    }

    @Test
    void mn_alone_prints_a_banner_and_help() {
        assertThat(mn.run()).isZero();
        assertThat(mn.out())
                .startsWith("MirrorNeuron ")
                .contains("Usage: mn", "blueprint", "job", "node");
        assertThat(mn.run("help", "job", "list")).isZero();
        assertThat(mn.out()).startsWith("Usage: mn job list");
        assertThat(mn.run("job")).isZero();
        assertThat(mn.out()).startsWith("Usage: mn job");
    }

    @Test
    void common_options_may_stand_before_the_noun() {
        mn.run("-o", "json", "job", "list");
        assertThat(mn.out()).contains("\"schema\": \"mn.cli/v1\"");
        mn.run("--json", "job", "list");
        assertThat(mn.out()).contains("\"schema\": \"mn.cli/v1\"");
    }

    @Test
    void mistyped_words_get_candidates() {
        assertError("There is no command 'mn jbo'; did you mean job?", "jbo");
        assertError("There is no command 'mn job statsu'; did you mean status?", "job", "statsu");
        assertError(
                "There is no command 'mn list'; did you mean mn job list or mn run list or mn node list?",
                "list");
        assertError("Unknown option --jsno; did you mean --json?", "job", "list", "--jsno");
        assertError("There is no command 'mn qwertz'", "qwertz");
    }

    private void assertError(String sentence, String... arguments) {
        assertThat(mn.run(arguments)).isEqualTo(2);
        assertThat(mn.out()).isEmpty();
        assertThat(mn.err().lines().findFirst()).contains("× Error: (MN_USAGE_ERROR) " + sentence);
        assertThat(mn.err()).contains("! Hint: ");
    }

    @Test
    void names_of_other_generations_get_an_exact_pointer() {
        mn.run("run", "examples/prime_sweep");
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_USAGE_ERROR) There is no command 'mn run examples/prime_sweep'
                        ! Hint: use mn blueprint run --folder examples/prime_sweep
                        """);
        mn.run("job", "inspect", "demo-1");
        assertThat(mn.err()).endsWith("! Hint: use mn job status demo-1\n");
        mn.run("ps");
        assertThat(mn.err()).endsWith("! Hint: use mn job list\n");
        mn.run("config", "unset", "output.format");
        assertThat(mn.err()).endsWith("! Hint: use mn config set output.format ''\n");
        mn.run("node", "inspect");
        assertThat(mn.err()).endsWith("! Hint: use mn node show NODE\n");
    }

    @Test
    void every_pointer_leads_to_a_command_that_is_there() {
        var words = Nouns.words();
        UsageErrors.POINTERS.forEach(
                (from, to) -> {
                    var typed = from.split(" ");
                    assertThat(mn.run(typed)).as(from).isEqualTo(2);
                    assertThat(mn.err()).contains("There is no command 'mn " + from + "'");
                    for (var command : to.split(", and then ")) {
                        var named = command.split(" ");
                        if (!named[1].startsWith("-")) {
                            assertThat(words.get(named[1])).as(to).contains(named[2]);
                        }
                    }
                });
    }

    @Test
    void whatever_is_mistyped_names_a_candidate_or_the_help() {
        for (var line :
                List.of(
                        "qwertz",
                        "job qwertz",
                        "run qwertz",
                        "job list qwertz",
                        "job list --qwertz",
                        "job list --limit many",
                        "job list --status runing",
                        "job graph j --format xml",
                        "job list -o",
                        "--qwertz",
                        "help qwertz",
                        "help job qwertz",
                        "blueprint init f --template stesp",
                        "config get",
                        "-x job list",
                        "job list --color=rde")) {
            assertThat(mn.run(line.split(" "))).as(line).isEqualTo(2);
            assertThat(mn.err()).as(line).matches("(?s).*(did you mean|use mn |see mn .*--help).*");
        }
    }

    @Test
    void missing_and_wrong_values_are_usage_errors() {
        assertThat(mn.run("job", "status")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_USAGE_ERROR) Missing required parameter: 'JOB'
                        ! Hint: see mn job status --help
                        """);
        assertThat(mn.run("job", "list", "-o", "jsn")).isEqualTo(2);
        assertThat(mn.err())
                .contains(
                        "-o: 'jsn' (expected: table, plain, json, ndjson, yaml); did you mean json?");
    }

    @Test
    void usage_errors_are_documents_too_when_json_was_asked_for() {
        assertThat(mn.run("job", "status", "--json")).isEqualTo(2);
        assertThat(mn.out()).contains("\"ok\": false", "MN_USAGE_ERROR");
        assertThat(mn.err()).isEmpty();
    }

    @Test
    void colours_obey_the_environment_and_never_leave_a_terminal() {
        mn.environment.put("COLUMNS", "80");
        mn.runtime.job("demo-1", "demo");
        mn.environment.put("CLICOLOR_FORCE", "1");
        mn.run("job", "list", "--color", "always");
        assertThat(mn.out()).doesNotContain("\u001b");

        mn.terminals = Surroundings.Terminals.ALL;
        mn.environment.remove("CLICOLOR_FORCE");
        mn.run("job", "list");
        assertThat(mn.out()).contains("\u001b[36mrunning\u001b[0m");
        for (var setting :
                List.of("NO_COLOR=1", "CLICOLOR=0", "TERM=dumb", "MN_CLI_OUTPUT=plain")) {
            var pair = setting.split("=");
            mn.environment.put(pair[0], pair[1]);
            mn.run("job", "list");
            assertThat(mn.out()).as(setting).doesNotContain("\u001b");
            mn.environment.remove(pair[0]);
        }
        mn.run("job", "list", "--no-color");
        assertThat(mn.out()).doesNotContain("\u001b");
    }
}
