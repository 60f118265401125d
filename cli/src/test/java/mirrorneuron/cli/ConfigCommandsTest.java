package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of connections and defaults: what it decides, what is said of a wrong one. */
final class ConfigCommandsTest {

    private static final String FILE =
            """
            # Ours.
            current = "lab"

            [contexts.lab] # the machine downstairs
            target = "lab:55051" # behind the switch
            token_file = "lab.token"
            timeout_seconds = 2.5
            tls = true

            [contexts.local]
            timeout_seconds = "none"

            [output]
            format = "json"
            color = 'never'
            """;

    @TempDir Path home;

    private final CommandRun mn = new CommandRun();

    @BeforeEach
    void give_it_a_home() {
        mn.environment.put("MN_HOME", home.toString());
    }

    private void given(String text) throws IOException {
        Files.writeString(home.resolve("config.toml"), text);
    }

    private String file() throws IOException {
        return Files.readString(home.resolve("config.toml"));
    }

    private Map<String, String> connection(String... arguments) {
        assertThat(mn.run(arguments)).as(mn.err()).isZero();
        return mn.runtime.connection;
    }

    // ---- who decides

    @Test
    void without_a_file_nothing_is_decided() {
        assertThat(connection("job", "list")).isEqualTo(mn.environment);
        mn.run("config", "list");
        assertThat(mn.out()).isEqualTo("Nothing is set\n");
    }

    @Test
    void the_current_context_stands_behind_the_environment() throws Exception {
        given(FILE);
        assertThat(connection("job", "list"))
                .containsEntry("MN_GRPC_TARGET", "lab:55051")
                .containsEntry("MN_GRPC_AUTH_TOKEN_FILE", home.resolve("lab.token").toString())
                .containsEntry("MN_GRPC_TIMEOUT_SECONDS", "2.5")
                .containsEntry("MN_GRPC_TLS", "true");
        mn.environment.put("MN_GRPC_TIMEOUT_SECONDS", "7");
        mn.environment.put("MN_GRPC_AUTH_TOKEN", "t");
        assertThat(connection("job", "list"))
                .containsEntry("MN_GRPC_TIMEOUT_SECONDS", "7")
                .doesNotContainKey("MN_GRPC_AUTH_TOKEN_FILE");
    }

    @Test
    void the_token_of_a_context_is_for_its_own_server() throws Exception {
        given(FILE);
        assertThat(connection("job", "list", "--target", "other:1"))
                .containsEntry("MN_GRPC_TARGET", "other:1")
                .containsEntry("MN_GRPC_TIMEOUT_SECONDS", "2.5")
                .doesNotContainKeys("MN_GRPC_AUTH_TOKEN_FILE", "MN_GRPC_TLS");
        mn.environment.put("MN_CORE_HOST", "elsewhere");
        assertThat(connection("job", "list"))
                .doesNotContainKeys("MN_GRPC_TARGET", "MN_GRPC_AUTH_TOKEN_FILE", "MN_GRPC_TLS");
    }

    @Test
    void a_context_that_an_option_names_goes_before_the_environment() throws Exception {
        given(FILE);
        mn.environment.put("MN_GRPC_TARGET", "elsewhere:1");
        mn.environment.put("MN_GRPC_AUTH_TOKEN", "t");
        assertThat(connection("job", "list", "--context", "lab"))
                .containsEntry("MN_GRPC_TARGET", "lab:55051")
                .doesNotContainKey("MN_GRPC_AUTH_TOKEN");
        // It names no server: that of the home is meant, and not the environment's.
        assertThat(connection("--context", "local", "job", "list"))
                .doesNotContainKey("MN_GRPC_TARGET")
                .containsEntry("MN_GRPC_TIMEOUT_SECONDS", "none");
        assertThat(mn.run("job", "list", "--context", "lob")).isEqualTo(2);
        assertThat(mn.err())
                .isEqualTo(
                        """
                        × Error: (MN_NOT_FOUND) There is no context 'lob' in %s/config.toml; did you mean lab?
                        ! Hint: mn config list shows them
                        """
                                .formatted(home));
    }

    @Test
    void the_timeout_of_an_option_goes_before_all() throws Exception {
        given(FILE);
        mn.environment.put("MN_GRPC_TIMEOUT_SECONDS", "7");
        assertThat(connection("job", "list", "--timeout", "0.5"))
                .containsEntry("MN_GRPC_TIMEOUT_SECONDS", "0.5");
        assertThat(connection("--timeout=none", "job", "list"))
                .containsEntry("MN_GRPC_TIMEOUT_SECONDS", "none");
        assertThat(mn.run("job", "list", "--timeout", "soon")).isEqualTo(2);
        assertThat(mn.err()).contains("expected seconds such as 5 or 0.5, or none for no limit");
    }

    @Test
    void the_form_of_the_file_is_the_default_only() throws Exception {
        given(FILE);
        mn.runtime.job("demo-1", "demo");
        mn.run("job", "list");
        assertThat(mn.out()).contains("\"schema\": \"mn.cli/v1\"");
        mn.run("job", "list", "-o", "plain");
        assertThat(mn.out()).startsWith("Job ID\t");
        mn.run("job", "list", "--quiet");
        assertThat(mn.out()).isEqualTo("demo-1\n");
        mn.run("completion", "bash");
        assertThat(mn.out()).startsWith("# Completion");
        mn.run("man", "show", "job", "list");
        assertThat(mn.out()).startsWith(".");
        mn.environment.put("MN_CLI_OUTPUT", "plain");
        mn.run("job", "list");
        assertThat(mn.out()).startsWith("Job ID\t");
    }

    @Test
    void the_color_of_the_file_is_the_default_only() throws Exception {
        given("output.color = \"never\"\n");
        mn.runtime.job("demo-1", "demo");
        mn.terminals = Surroundings.Terminals.ALL;
        mn.run("job", "list");
        assertThat(mn.out()).doesNotContain("\u001b");
        mn.run("job", "list", "--color", "always");
        assertThat(mn.out()).contains("\u001b");
    }

    // ---- a wrong file

    @Test
    void a_wrong_file_is_named_with_its_line_and_what_is_there() throws Exception {
        assertWrong("current = lab\n", 1, "Unexpected", "mend that line; the file is in TOML");
        assertWrong(
                "\n[contexts.lab]\ntimeout_seconds = \"soon\"\n",
                3,
                "contexts.lab.timeout_seconds: \"soon\" (expected: seconds, 0 or \"none\" for no limit)",
                "mn config set contexts.lab.timeout_seconds VALUE");
        assertWrong(
                "[contexts.lab]\ntraget = \"a:1\"\n",
                2,
                "there is no setting contexts.lab.traget; did you mean contexts.lab.target",
                "mend the name");
        assertWrong(
                "[contexts.lab]\ntarget = 'lab'\n",
                2,
                "contexts.lab.target: \"lab\" (expected: host:port)",
                "mend that line");
        assertWrong(
                "[contexts.lab]\ntarget = 'lab:99999'\n",
                2,
                "contexts.lab.target: \"lab:99999\" (expected: host:port)",
                "mend that line");
        assertWrong("[outptu]\n", 1, "there is no table [outptu]", "mend the name");
        assertWrong("output.format = 'xml'\n", 1, "table, plain, json, ndjson, yaml)", "mend");
        assertWrong(
                "x = " + "[".repeat(20_000) + "]".repeat(20_000) + "\n",
                1,
                "too many levels within each other",
                "mend that line");
        assertWrong(
                "# " + "[".repeat(40) + "\nx = [\n" + "[".repeat(40) + "\n",
                3,
                "too many levels within each other",
                "mend that line");
        assertWrong(
                "x = [ \"\"\"a\\\"\"\"\"\"\"" + "[".repeat(40) + "\n",
                1,
                "too many levels within each other",
                "mend that line");
        assertWrong(
                "x = \"\\\n" + "[".repeat(40) + "\n",
                2,
                "too many levels within each other",
                "mend that line");
        // Brackets of comments and strings are text.
        assertWrong(
                "# [" + "{".repeat(40) + "\nx = '" + "[".repeat(40) + "'\n",
                2,
                "there is no setting x",
                "mend the name");
        assertWrong(
                "x = 1\na" + ".a".repeat(100) + " = 1\n",
                2,
                "too many levels within each other",
                "mend that line");
        assertWrong("x = 1\n[contexts.\"\\ b\"]\n", 2, "Invalid escape sequence", "mend that line");
        assertWrong(
                "# one\n[contexts.lab]\na = 1979-05-27T07:32:09-05-27T07:32:01Z\nb = 1\n",
                3,
                "a value that cannot be read",
                "mend that line");
        assertWrong("current = \"nowhere\"\n", 0, "There is no context 'nowhere' in", "config set");
    }

    private void assertWrong(String text, int line, String found, String hint) throws IOException {
        given(text);
        assertThat(mn.run("job", "list")).as(text).isEqualTo(2);
        assertThat(mn.err()).contains(found).contains("! Hint: ").contains(hint);
        if (line > 0) {
            assertThat(mn.err())
                    .startsWith(
                            "× Error: (MN_VALIDATION_FAILED) "
                                    + home.resolve("config.toml")
                                    + ", line "
                                    + line
                                    + ": ");
        }
        assertThat(mn.out()).isEmpty();
        assertThat(mn.runtime.opened).isEmpty();
    }

    @Test
    void a_wrong_file_keeps_nobody_from_help_or_from_mending_it() throws Exception {
        given("[output]\nformat = \"jsn\" # everywhere\n");
        assertThat(mn.run("job", "list", "--help")).isZero();
        assertThat(mn.run("config", "path")).isZero();
        assertThat(mn.out()).isEqualTo(home.resolve("config.toml") + "\n");
        assertThat(mn.run("config", "get", "output.format")).isZero();
        assertThat(mn.out()).isEqualTo("jsn\n");
        assertThat(mn.run("config", "set", "output.format", "json")).isZero();
        assertThat(file()).isEqualTo("[output]\nformat = \"json\" # everywhere\n");
    }

    // ---- set

    @Test
    void a_value_is_changed_and_the_rest_stays() throws Exception {
        given(FILE);
        assertThat(mn.run("config", "set", "contexts.lab.target", "up:1")).isZero();
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Config set successful.
                        Status: set
                        Setting: contexts.lab.target
                        Value: up:1
                        Before: lab:55051
                        File: %s/config.toml
                        Next: mn job list --context lab
                        """
                                .formatted(home));
        assertThat(file()).isEqualTo(FILE.replace("lab:55051", "up:1"));
        mn.run("config", "set", "contexts.lab.target", "up:1");
        assertThat(mn.out()).contains("✓ Config set confirmed.", "Status: unchanged");
    }

    @Test
    void new_values_find_their_place() throws Exception {
        mn.run("config", "set", "contexts.lab.target", "lab:1");
        mn.run("config", "set", "contexts.lab.timeout_seconds", "5");
        mn.run("config", "set", "contexts.lab.tls", "true");
        mn.run("config", "set", "output.format", "yaml");
        mn.run("config", "use-context", "lab");
        assertThat(file())
                .isEqualTo(
                        """
                        current = "lab"
                        [contexts.lab]
                        tls = true
                        timeout_seconds = 5
                        target = "lab:1"

                        [output]
                        format = "yaml"
                        """);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(home.resolve("config.toml"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactly("config.toml");
        }
    }

    @Test
    void a_home_that_the_first_setting_makes_is_its_owners_alone() throws Exception {
        var fresh = home.resolve("deeper/home");
        mn.environment.put("MN_HOME", fresh.toString());
        assertThat(mn.run("config", "set", "contexts.lab.target", "lab:1")).isZero();
        assertThat(Files.getPosixFilePermissions(fresh))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void an_empty_value_takes_a_setting_out() throws Exception {
        given(FILE);
        assertThat(mn.run("config", "set", "contexts.lab.tls", "")).isZero();
        assertThat(file()).isEqualTo(FILE.replace("tls = true\n", ""));
        assertThat(mn.run("config", "get", "contexts.lab.tls")).isEqualTo(2);
        assertThat(mn.err()).contains("contexts.lab.tls is not set in");
        mn.run("config", "set", "contexts.lab.tls", "");
        assertThat(mn.out()).contains("Status: unchanged");
    }

    @Test
    void what_cannot_be_set_is_refused_and_nothing_is_written() throws Exception {
        for (var words :
                List.of(
                        List.of("contexts.lab.targt", "a:1"),
                        List.of("contexts.lab.target", "nowhere"),
                        List.of("output.format", "xml"),
                        List.of("contexts.lab", "x"),
                        List.of("", "x"))) {
            assertThat(mn.run("config", "set", words.get(0), words.get(1)))
                    .as(words.toString())
                    .isEqualTo(2);
            assertThat(home.resolve("config.toml")).doesNotExist();
        }
        assertThat(mn.run("config", "use-context", "nowhere")).isEqualTo(2);
        assertThat(mn.err()).contains("mn config set contexts.nowhere.target HOST:PORT makes one");
        given("contexts = { lab = { target = \"a:1\", tls = true } }\n");
        assertThat(mn.run("config", "set", "contexts.lab.target", "b:1")).isEqualTo(1);
        assertThat(mn.err()).contains("in a way that this command cannot change");
        assertThat(file()).contains("a:1");
    }

    @Test
    void a_link_stays_a_link(@TempDir Path elsewhere) throws Exception {
        var target = Files.writeString(elsewhere.resolve("shared.toml"), "# shared\n");
        Files.createSymbolicLink(home.resolve("config.toml"), target);
        mn.run("config", "set", "output.color", "never");
        assertThat(home.resolve("config.toml")).isSymbolicLink();
        assertThat(Files.readString(target)).isEqualTo("# shared\n\n[output]\ncolor = \"never\"\n");
    }

    @Test
    void what_is_set_is_listed_in_its_order() throws Exception {
        given(FILE);
        mn.run("config", "list");
        assertThat(mn.out())
                .startsWith("Setting\tValue\ncurrent\tlab\ncontexts.lab.target\tlab:55051\n");
        mn.run("config", "list", "--json");
        assertThat(mn.out()).contains("\"setting\": \"contexts.lab.token_file\"", "lab.token");
    }
}
