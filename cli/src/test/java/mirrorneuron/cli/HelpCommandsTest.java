package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mirrorneuron.cli.help.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mn completion …}, {@code mn man …} and {@code mn runtime doctor}. */
final class HelpCommandsTest {

    @TempDir Path folder;
    private final CommandRun mn = new CommandRun();

    @Test
    void bash_completes_nouns_verbs_options_and_ids() throws Exception {
        assertThat(mn.run("completion", "bash")).isZero();
        var script = folder.resolve("mn.bash");
        Files.writeString(script, mn.out());
        assertThat(completed(script, "mn", "jo")).containsExactly("job");
        assertThat(completed(script, "mn", "job", "li")).containsExactly("list");
        assertThat(completed(script, "mn", "job", "list", "--sta")).containsExactly("--status");
        assertThat(completed(script, "mn", "job", "status", "demo"))
                .containsExactly("demo-1", "demo-2");
        assertThat(completed(script, "mn", "node", "list", "demo")).isEmpty();
    }

    /** What bash offers for the last word; {@code mn} is one that knows two jobs. */
    private List<String> completed(Path script, String... words) throws Exception {
        var line =
                "mn() { [[ $* == 'job list --quiet --timeout 2' ]] && printf 'demo-1\\ndemo-2\\n'; }; source "
                        + script
                        + "; COMP_WORDS=("
                        + String.join(" ", words)
                        + "); COMP_CWORD="
                        + (words.length - 1)
                        + "; _mn; printf '%s\\n' \"${COMPREPLY[@]}\"";
        var bash = new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).start();
        var out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return out.lines().filter(word -> !word.isEmpty()).toList();
    }

    @Test
    void zsh_and_fish_know_every_command() {
        mn.run("completion", "zsh");
        assertThat(mn.out()).startsWith("#compdef mn\n").contains("'job list') found=(");
        mn.run("completion", "fish");
        assertThat(mn.out())
                .contains("mn $argv[1] list --quiet --timeout 2 2>/dev/null")
                .contains("-a 'blueprint job run")
                .contains(
                        "__fish_seen_subcommand_from job; and __fish_seen_subcommand_from list' -l status\n");
    }

    @Test
    void powershell_knows_every_command_and_keeps_ids_for_two_seconds() {
        mn.run("completion", "powershell");
        assertThat(mn.out())
                .startsWith("# Completion of mn for PowerShell.\n")
                .contains("Register-ArgumentCompleter -Native -CommandName mn")
                .contains("'job' = 'list submit ")
                .contains("'job list' = '--blueprint --color ")
                .contains("@(mn $noun list --quiet --timeout 2 2>$null)")
                .contains("TotalSeconds -ge 2");
        assertThat(mn.out().chars().filter(c -> c == '{').count())
                .isEqualTo(mn.out().chars().filter(c -> c == '}').count());
    }

    @Test
    void a_manual_page_has_everything_that_the_help_has() {
        assertThat(mn.run("man", "show", "job", "wait")).isZero();
        assertThat(mn.out())
                .startsWith(".TH \"MN-JOB-WAIT\" 1")
                .contains(".SH NAME\nmn\\-job\\-wait \\- Wait until jobs have ended.")
                .contains(".TP\n\\fB\\-\\-timeout TIME\\fR\n")
                .contains(".SH EXAMPLES\n.nf\nmn job wait prime_sweep")
                .contains("a wait ran out of time");
        var page = mn.out();
        assertThat(mn.run("man", "job", "wait")).as("as the noun alone is said").isZero();
        assertThat(mn.out()).isEqualTo(page);
        mn.run("man", "show", "run", "logs");
        assertThat(mn.out()).contains("mn run logs prime_sweep").doesNotContain("${");
        assertThat(mn.run("man", "show", "job", "wate")).isEqualTo(2);
        assertThat(mn.err()).contains("did you mean mn-job-wait");
    }

    @Test
    void all_pages_are_written_and_no_line_is_an_accidental_request() throws Exception {
        mn.directory = folder;
        assertThat(mn.run("man", "write", "share")).isZero();
        var leaves = Nouns.words().values().stream().mapToInt(List::size).sum();
        assertThat(mn.out()).contains("Pages: " + (leaves + 1));
        try (var files = Files.list(folder.resolve("share/man1"))) {
            for (var file : files.toList()) {
                assertThat(Files.readAllLines(file))
                        .as(file.toString())
                        .filteredOn(line -> line.startsWith(".") || line.startsWith("'"))
                        .allMatch(line -> line.matches("\\.(TH|SH|TP|PP|B|nf|fi)( .*)?"));
            }
        }
    }

    @Test
    void the_doctor_says_what_is_there_and_what_is_missing() throws Exception {
        var python = folder.resolve("python3");
        Files.writeString(python, "");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        mn.environment.put("PATH", folder.toString());
        mn.environment.put("MN_HOME", folder.resolve("home").toString());
        assertThat(mn.run("runtime", "doctor")).isZero();
        assertThat(mn.out())
                .contains("Java\tpassing\t")
                .contains(
                        "Home\tpassing\t" + folder.resolve("home") + "\tmade with the first run\n")
                .contains("python3\tpassing\t" + python + "\tfound\n")
                .contains(
                        "docker\twarning\tPATH\tnot found: only workflows that ask for containers")
                .contains("Server\tpassing\t");
        Files.writeString(folder.resolve("file"), "");
        mn.environment.put("MN_HOME", folder.resolve("file").toString());
        assertThat(mn.run("runtime", "doctor")).isEqualTo(1);
        assertThat(mn.err())
                .contains("(MN_DIAGNOSTIC_FAILED) Home is not well: it cannot be written");
    }

    @Test
    void topics_are_explained_and_named_in_the_help() {
        mn.run("--help");
        var help = mn.out();
        for (var topic : Topics.names()) {
            assertThat(help).contains(topic);
            assertThat(mn.run("help", topic)).isZero();
            assertThat(mn.out().lines())
                    .hasSizeGreaterThan(3)
                    .allMatch(line -> line.length() <= 90);
            assertThat(mn.err()).isEmpty();
        }
        assertThat(mn.run("help", "job")).isZero();
        assertThat(mn.out()).startsWith("Usage: mn job");
    }
}
