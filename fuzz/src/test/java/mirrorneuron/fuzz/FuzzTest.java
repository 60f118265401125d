package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever anybody sends or leaves lying about, reading it ends as documented: with a value or with
 * a refusal, soon, and without much memory.
 *
 * <p>{@code -Dmn.fuzz.inputs=1000000} reads so many inputs of each target, {@code -Dmn.fuzz.seed=7}
 * makes other ones, {@code -Dmn.fuzz.targets=json,rest} takes only these. With {@code
 * -Dmn.fuzz.done=FOLDER} a run that was interrupted goes on with the targets that are left. An
 * input that ended otherwise is named in the failure; put into {@code
 * src/test/resources/fuzz/TARGET} it is read first from then on.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class FuzzTest {

    private static final Path FOUND = Path.of("src/test/resources/fuzz");
    private static final Path FINDINGS = Path.of("target/fuzz");
    private static final int INPUT_BYTES_MAX = 64 << 10;

    /** Nothing is ever that slow; an input that is still read then hangs. */
    private static final int HANG_SECONDS = 60;

    private static final int STALLED_SECONDS = 240;
    private static final int LONG_INPUTS = 100_000;

    /**
     * They look for calls that are dangerous in a library. A server opens connections and writes
     * where it is told to.
     */
    private static final List<String> NOT_WANTED =
            Stream.of(
                            "ClojureLangHooks",
                            "Deserialization",
                            "ExpressionLanguageInjection",
                            "FilePathTraversal",
                            "LdapInjection",
                            "NamingContextLookup",
                            "OsCommandInjection",
                            "ReflectiveCall",
                            "RegexInjection",
                            "RegexRoadblocks",
                            "ScriptEngineInjection",
                            "ServerSideRequestForgery",
                            "SqlInjection",
                            "TemplateInjection",
                            "UnsafeSanitizer",
                            "XPathInjection",
                            "XmlParserSsrfGuidance")
                    .map("com.code_intelligence.jazzer.sanitizers."::concat)
                    .toList();

    private static final Pattern ALWAYS =
            Pattern.compile(
                    "classes$|mirrorneuron-[a-z]+-[^/]*\\.jar$|jazzer|tomlj|antlr|slf4j-api");
    private static final Pattern FOR_TESTS =
            Pattern.compile("junit|assertj|byte-buddy|surefire|apiguardian|opentest4j");

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Targets.class)
    void every_input_ends_as_documented(Targets target) throws Exception {
        Assumptions.assumeTrue(isWanted(target), "not asked for");
        int seed = Integer.getInteger("mn.fuzz.seed", 1);
        int inputs = Integer.getInteger("mn.fuzz.inputs", target.inputs());
        var done = done(target);
        if (done.isPresent() && Files.exists(done.get())) {
            System.out.print(Files.readString(done.get()));
            return;
        }
        long began = System.nanoTime();
        var log = folder.resolve("log.txt");
        var process =
                new ProcessBuilder(command(target, inputs, seed))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            // Longer than any run that goes on; a process that cannot end is a finding, too.
            boolean ended = process.waitFor(STALLED_SECONDS + inputs / 50, TimeUnit.SECONDS);
            int exit = ended ? process.exitValue() : -1;
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            if (exit != 0) {
                throw new AssertionError(finding(target, seed, exit, log));
            }
            var outcomes = outcomes();
            long read = outcomes.stream().mapToLong(Outcome::inputs).sum();
            assertThat(read).isGreaterThanOrEqualTo(inputs);
            assertThat(outcomes).as("ways to end").hasSizeGreaterThan(1);
            var line =
                    String.format(
                            Locale.ROOT,
                            "proof: fuzz-%s inputs=%d outcomes=%d findings=0 seconds=%d seed=%d%n",
                            target,
                            read,
                            outcomes.size(),
                            seconds,
                            seed);
            System.out.print(line);
            if (done.isPresent()) {
                Files.createDirectories(done.get().getParent());
                Files.writeString(done.get(), line);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** Where the line of a target is kept once it was read; beside a caller's {@code ./verify}. */
    private static Optional<Path> done(Targets target) {
        return Optional.ofNullable(System.getProperty("mn.fuzz.done"))
                .map(folder -> Path.of("..").resolve(folder).resolve(target + ".txt"));
    }

    private static boolean isWanted(Targets target) {
        var wanted = System.getProperty("mn.fuzz.targets", "");
        return wanted.isEmpty() || List.of(wanted.split(",")).contains(target.id());
    }

    private List<String> command(Targets target, int inputs, int seed) throws IOException {
        var run = Files.createDirectory(folder.resolve("run"));
        Files.createDirectories(FINDINGS);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.add("-Xss1m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-XX:+EnableDynamicAgentLoading");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        if (inputs < LONG_INPUTS) {
            // A short run ends before code that is compiled better has paid for it.
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(List.of("-cp", classPath(target)));
        command.add("-D" + FuzzedProcess.TARGET + "=" + target);
        command.add("-D" + FuzzedProcess.FOLDER + "=" + run);
        command.add("com.code_intelligence.jazzer.Jazzer");
        command.add("--target_class=" + FuzzedProcess.class.getName());
        command.add("--instrumentation_includes=mirrorneuron.**");
        command.add("--custom_hook_includes=mirrorneuron.**");
        command.add("--instrumentation_excludes=" + notWatched(target));
        command.add("--custom_hook_excludes=" + notWatched(target));
        command.add("--disabled_hooks=" + String.join(":", NOT_WANTED));
        command.add("--reproducer_path=" + folder);
        command.add("-runs=" + inputs);
        command.add("-seed=" + seed);
        command.add("-max_len=" + INPUT_BYTES_MAX);
        command.add("-timeout=" + HANG_SECONDS);
        command.add("-dict=" + run.resolve(FuzzedProcess.WORDS));
        command.add("-artifact_prefix=" + folder.resolve("finding-"));
        command.add(Files.createDirectory(folder.resolve("corpus")).toString());
        command.add(Files.createDirectory(run.resolve(FuzzedProcess.SEEDS)).toString());
        var found = FOUND.resolve(target.id());
        if (Files.isDirectory(found)) {
            command.add(found.toString());
        }
        return command;
    }

    /**
     * Everybody reads JSON all day, and to watch each character and each comparison of names takes
     * many times as long as all the rest. Only who reads JSON itself is looked at in there.
     */
    private static String notWatched(Targets target) {
        var own = "mirrorneuron.fuzz.**";
        return target == Targets.JSON ? own : own + ":mirrorneuron.api.json.**";
    }

    /**
     * Jazzer looks at every class on the path before it begins, so only what a target needs is
     * there.
     */
    private static String classPath(Targets target) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(
                        entry ->
                                ALWAYS.matcher(entry).find()
                                        || target.needsLibraries()
                                                && !FOR_TESTS.matcher(entry).find())
                .collect(joining(File.pathSeparator));
    }

    private record Outcome(long inputs, String name) {}

    private List<Outcome> outcomes() throws IOException {
        var outcomes = new ArrayList<Outcome>();
        for (var line : Files.readAllLines(folder.resolve("run").resolve(FuzzedProcess.OUTCOMES))) {
            var parts = line.split("\t", 2);
            outcomes.add(new Outcome(Long.parseLong(parts[0]), parts[1]));
        }
        return outcomes;
    }

    private String finding(Targets target, int seed, int exit, Path log) throws IOException {
        var text = Files.readString(log, UTF_8);
        var kept = FINDINGS.resolve(target + "-log.txt");
        Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
        var named = "none was kept";
        try (var files = Files.list(folder)) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString();
                if (name.startsWith("finding-")) {
                    var input = FINDINGS.resolve(target + "-" + name);
                    Files.copy(file, input, StandardCopyOption.REPLACE_EXISTING);
                    named = input.toAbsolutePath().toString();
                }
            }
        }
        int from = Math.max(text.indexOf("== Java Exception"), 0);
        return "%s, seed %d, exit code %d; input: %s; log: %s%n%s"
                .formatted(
                        target,
                        seed,
                        exit,
                        named,
                        kept.toAbsolutePath(),
                        text.substring(from, Math.min(text.length(), from + 4_000)));
    }
}
