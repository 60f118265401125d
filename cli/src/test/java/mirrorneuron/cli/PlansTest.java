package mirrorneuron.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.cli.home.Opening.Intent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What would be done: said by every command that changes something, and then not done. */
final class PlansTest {

    /** Leaves that change something and have a plan, as somebody would call them. */
    private static final Map<String, String> PLANNED =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("blueprint run", "--folder bundle"),
                            Map.entry("blueprint init", "new_flow"),
                            Map.entry("job submit", "bundle/manifest.json"),
                            Map.entry("job pause", "demo-1"),
                            Map.entry("job resume", "paused-1"),
                            Map.entry("job cancel", "demo-1 paused-1"),
                            Map.entry("job retry", "ended-1"),
                            Map.entry("job cancel-all", ""),
                            Map.entry("job clear", ""),
                            Map.entry("job send", "demo-1 intake {}"),
                            Map.entry("job backup", "paused-1 -o backups"),
                            Map.entry("job restore", "-i archive.zip"),
                            Map.entry("run pause", "demo-1"),
                            Map.entry("run resume", "demo-1"),
                            Map.entry("run cancel", "demo-1"),
                            Map.entry("run delete", "ended-1"),
                            Map.entry("run rebuild", "ended-1"),
                            Map.entry("resource set", "--cpu 50"),
                            Map.entry("config set", "output.color never"),
                            Map.entry("config use-context", "lab")));

    /**
     * Leaves that only look, but not again and again: they stay, or what they show stands still.
     */
    private static final Set<String> LOOKS =
            Set.of(
                    "blueprint validate",
                    "blueprint export",
                    "blueprint graph",
                    "run result",
                    "run watch",
                    "runtime restart-sidecars",
                    "runtime update",
                    "completion powershell",
                    "run export",
                    "job monitor",
                    "job result",
                    "job wait",
                    "operation watch",
                    "runtime logs",
                    "runtime top",
                    "runtime doctor",
                    "config list",
                    "config get",
                    "config path",
                    "completion bash",
                    "completion zsh",
                    "completion fish",
                    "man show");

    /** Leaves that act and have nothing to plan: they do one thing to one thing, or to nothing. */
    private static final Set<String> ACTS = Set.of("runtime start", "runtime stop", "man write");

    @TempDir Path folder;

    private final CommandRun mn = new CommandRun();

    @BeforeEach
    void give_it_something_to_do() throws IOException {
        mn.directory = folder;
        mn.environment.put("MN_HOME", folder.resolve("home").toString());
        Files.createDirectories(folder.resolve("home"));
        Files.writeString(
                folder.resolve("home/config.toml"), "[contexts.lab]\ntarget = \"lab:1\"\n");
        Files.createDirectories(folder.resolve("bundle"));
        Files.writeString(folder.resolve("bundle/manifest.json"), "{}");
        Files.writeString(folder.resolve("archive.zip"), "demo-1");
        mn.runtime.job("demo-1", "demo").agents =
                List.of(FakeRuntime.agent("intake", "router", AgentStatus.READY, 0, 0));
        mn.runtime.job("paused-1", "demo").status = JobStatus.PAUSED;
        mn.runtime.job("ended-1", "demo").completed(new JsonString("42"));
        mn.runtime.runs.add("demo-1", "running");
        mn.runtime.runs.add("ended-1", "completed");
    }

    static Stream<String> planned() {
        return PLANNED.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("planned")
    void a_plan_is_told_and_nothing_is_changed(String leaf) throws IOException {
        var before = everything();
        var line = (leaf + " " + PLANNED.get(leaf) + " --dry-run").replace("  ", " ");
        assertThat(mn.run(line.split(" "))).as(mn.err()).isZero();
        assertThat(mn.out())
                .startsWith("✓ ")
                .contains(" confirmed.\n", "Status: ")
                .doesNotContain("--dry-run");
        if (mn.out().contains("Status: planned")) {
            assertThat(mn.out())
                    .endsWith(
                            "Next: mn "
                                    + line.replace(" --dry-run", "").replace("{}", "'{}'")
                                    + "\n");
        }
        assertThat(mn.run((line + " --json").split(" "))).isZero();
        assertThat(mn.out()).contains("\"dry_run\": true", "\"action\": ", "\"changes\": ");
        assertThat(everything()).isEqualTo(before);
        assertThat(mn.runtime.calls).isEmpty();
        assertThat(mn.runtime.opened).doesNotContain(Intent.WORK);
        assertThat(mn.runtime.source).isEqualTo(java.util.Optional.<BundleSource>empty());
    }

    /** What a command could have changed. */
    private Map<String, String> everything() throws IOException {
        var state = new TreeMap<String, String>();
        mn.runtime.jobs.forEach((id, job) -> state.put("job " + id, job.status.wire()));
        mn.runtime.runs.all.forEach((id, run) -> state.put("run " + id, run.toString()));
        state.put("limits", mn.runtime.limits.toString());
        state.put("operations", mn.runtime.operations.events.toString());
        try (var files = Files.walk(folder)) {
            for (var file : files.toList()) {
                state.put(
                        "file " + file,
                        Files.isRegularFile(file) ? Files.readString(file) : "folder");
            }
        }
        return state;
    }

    @Test
    void every_leaf_looks_or_plans_or_is_named_here() {
        var watched = new TreeSet<String>();
        var planning = new TreeSet<String>();
        var others = new TreeSet<String>();
        CommandTree.full(surroundings())
                .getSubcommands()
                .forEach(
                        (noun, group) ->
                                group.getSubcommands()
                                        .forEach(
                                                (verb, leaf) ->
                                                        kind(leaf, watched, planning, others)
                                                                .add(noun + " " + verb)));
        assertThat(planning).isEqualTo(PLANNED.keySet());
        var named = new TreeSet<>(LOOKS);
        named.addAll(ACTS);
        assertThat(others).isEqualTo(named);
        assertThat(watched).hasSizeGreaterThan(30);
    }

    private static Set<String> kind(
            CommandLine leaf, Set<String> watched, Set<String> planning, Set<String> others) {
        var options = leaf.getCommandSpec().optionsMap();
        Object command = leaf.getCommand();
        assertThat(options.containsKey("--watch")).isEqualTo(command instanceof Watched);
        assertThat(options.containsKey("--dry-run")).isEqualTo(command instanceof Plans);
        return command instanceof Watched ? watched : command instanceof Plans ? planning : others;
    }

    private Surroundings surroundings() {
        return new Surroundings(
                Map.of(),
                folder,
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

    @Test
    void a_plan_that_would_be_refused_is_refused() {
        assertThat(mn.run("job", "pause", "ended-1", "--dry-run")).isEqualTo(1);
        assertThat(mn.err()).contains("Expected to pause job ended-1, but it is completed");
        assertThat(mn.run("job", "cancel", "nobody", "--dry-run")).isEqualTo(2);
        assertThat(mn.run("run", "delete", "demo-1", "--dry-run")).isEqualTo(1);
        assertThat(mn.err()).contains("Run demo-1 has not ended, so its files stay");
        assertThat(mn.run("job", "backup", "demo-1", "-o", "b", "--dry-run")).isEqualTo(1);
        assertThat(mn.run("job", "send", "demo-1", "intak", "{}", "--dry-run")).isEqualTo(2);
        assertThat(mn.err()).contains("Job demo-1 has no agent 'intak'; did you mean intake?");
        assertThat(mn.run("resource", "set", "--dry-run")).isEqualTo(2);
        assertThat(mn.run("config", "set", "output.color", "red", "--dry-run")).isEqualTo(2);
    }

    @Test
    void a_plan_with_nothing_to_do_says_so() {
        mn.run("job", "pause", "paused-1", "--dry-run");
        assertThat(mn.out())
                .isEqualTo(
                        """
                        ✓ Job pause confirmed.
                        Status: nothing to do
                        Job ID: paused-1 (paused)
                        """);
        mn.runtime.limits = new ResourceLimits(50, 100, 100, 100);
        mn.run("resource", "set", "--cpu", "50", "--dry-run");
        assertThat(mn.out()).contains("Status: nothing to do");
    }
}
