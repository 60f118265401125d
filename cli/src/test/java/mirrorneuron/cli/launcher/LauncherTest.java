package mirrorneuron.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./mn}: the real scripts with a pretended Java and a pretended Maven. */
final class LauncherTest {

    private static final Path PROJECT = project();

    @TempDir Path temporary;

    private Path clone;
    private Path jvms;

    LauncherTest() {
        clone = Path.of("");
        jvms = Path.of("");
    }

    private record Outcome(int exit, String out, String err) {}

    private static Path project() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("bin/find-java"))) {
            directory =
                    java.util.Objects.requireNonNull(directory.getParent(), "the project's root");
        }
        return directory;
    }

    @BeforeEach
    void a_clone_in_a_folder_with_blanks() throws IOException {
        clone = temporary.resolve("my clone");
        jvms = temporary.resolve("jvm");
        Files.createDirectories(jvms);
        Files.createDirectories(clone.resolve("bin"));
        Files.createDirectories(clone.resolve("cli/src"));
        for (var name :
                List.of(
                        "mn",
                        "bin/mn",
                        "bin/find-java",
                        "bin/build-mn",
                        "bin/lay-out",
                        "bin/start-cache",
                        "bin/record-start")) {
            Files.copy(
                    PROJECT.resolve(name), clone.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(clone.resolve("pom.xml"), "<project/>");
        Files.writeString(clone.resolve("cli/pom.xml"), "<project/>");
        Files.writeString(clone.resolve("cli/src/Main.java"), "class Main {}");
        // A little in the past, so that nothing is as new as the build that follows.
        for (var name : List.of("pom.xml", "cli/pom.xml", "cli/src/Main.java", "cli/src")) {
            Files.setLastModifiedTime(
                    clone.resolve(name), FileTime.from(Instant.now().minusSeconds(60)));
        }
        script(
                clone.resolve("mvnw"),
                """
                echo "[INFO] Building MirrorNeuron api 0.1.0 [1/2]"
                echo "[INFO] Building MirrorNeuron cli 0.1.0 [2/2]"
                echo run >>maven-runs
                mkdir -p cli/target/dist/lib
                : >cli/target/dist/lib/b.jar
                : >cli/target/dist/lib/a.jar
                """);
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path java(String name, String version, boolean compiler) throws IOException {
        var home = jvms.resolve(name);
        script(
                home.resolve("bin/java"),
                "for a in \"$@\"; do case $a in -XX:AOTCacheOutput=*) exit 1 ;; esac; done\n"
                        + "echo \"java="
                        + name
                        + "\"\nfor a in \"$@\"; do echo \"[$a]\"; done\n");
        if (compiler) {
            script(home.resolve("bin/javac"), "");
        }
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        return home;
    }

    private Process start(Map<String, String> variables, Path directory, List<String> command)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("MN_JVM_DIRS", jvms.toString());
        environment.putAll(variables);
        return builder.redirectOutput(Files.createTempFile(temporary, "out", "").toFile()).start();
    }

    private Outcome run(Map<String, String> variables, Path directory, List<String> command)
            throws IOException, InterruptedException {
        var out = Files.createTempFile(temporary, "out", "");
        var err = Files.createTempFile(temporary, "err", "");
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        var environment = builder.environment();
        environment.clear();
        // A PATH on which no Java is found, whatever this machine has.
        environment.put("PATH", tools().toString());
        environment.put("MN_JVM_DIRS", jvms.toString());
        environment.putAll(variables);
        var process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** The few programs that the scripts may use. */
    private Path tools() throws IOException {
        var folder = temporary.resolve("tools");
        if (!Files.exists(folder)) {
            Files.createDirectories(folder);
            for (var name :
                    List.of(
                            "sh",
                            "find",
                            "head",
                            "tail",
                            "sed",
                            "grep",
                            "cut",
                            "cp",
                            "mv",
                            "rm",
                            "mkdir",
                            "date",
                            "sleep",
                            "readlink",
                            "flock",
                            "stty",
                            "uname",
                            "ls",
                            "env",
                            "cat")) {
                for (var place : List.of("/usr/bin", "/bin")) {
                    var tool = Path.of(place, name);
                    if (Files.exists(tool) && !Files.exists(folder.resolve(name))) {
                        Files.createSymbolicLink(folder.resolve(name), tool);
                    }
                }
            }
        }
        return folder;
    }

    private Outcome mn(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(clone.resolve("mn").toString());
        command.addAll(List.of(arguments));
        return run(Map.of(), temporary, command);
    }

    private int mavenRuns() throws IOException {
        var file = clone.resolve("maven-runs");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    @Test
    void first_use_builds_with_a_few_lines_and_then_starts_java() throws Exception {
        java("jdk-25", "25.0.1", true);

        var outcome = mn("job", "list", "a b");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.err())
                .startsWith("→ first use, building (this takes a minute or two)\n")
                .contains("✓ built in ")
                .doesNotContain("[INFO]", "\u001b");
        var lib = clone.toRealPath().resolve(".build/1/lib");
        assertThat(outcome.out().lines())
                .containsSubsequence(
                        "java=jdk-25",
                        "[-XX:TieredStopAtLevel=1]",
                        "[-Dmn.tty=]",
                        "[-cp]",
                        "[" + lib.resolve("a.jar") + ":" + lib.resolve("b.jar") + "]",
                        "[mirrorneuron.cli.Mn]",
                        "[job]",
                        "[list]",
                        "[a b]");
    }

    @Test
    void commands_that_run_jobs_get_the_optimising_compiler() throws Exception {
        java("jdk-25", "25.0.1", true);

        assertThat(mn("--json", "blueprint", "run").out()).doesNotContain("TieredStopAtLevel");
        assertThat(mn("job", "monitor", "x").out()).doesNotContain("TieredStopAtLevel");
        assertThat(mn("job", "status", "x").out()).contains("TieredStopAtLevel");
    }

    @Test
    void a_server_gets_the_optimising_compiler_and_the_command_that_starts_it_does_not()
            throws Exception {
        java("jdk-25", "25.0.1", true);

        assertThat(mn("runtime", "start", "--port", "1").out().lines())
                .contains("[-XX:TieredStopAtLevel=1]", "[-Xmx512m]")
                .doesNotContain("[-Xms16m]")
                .contains("[-Dmn.launcher=" + clone.toRealPath().resolve(".build/1/bin/mn") + "]");
        assertThat(mn("runtime", "start", "--foreground").out().lines())
                .contains("[-Xms16m]")
                .doesNotContain("[-XX:TieredStopAtLevel=1]", "[-Xmx512m]");
        assertThat(mn("runtime", "status", "--foreground").out()).contains("TieredStopAtLevel");
    }

    @Test
    void builds_again_only_when_a_source_changed_or_went_away() throws Exception {
        java("jdk-25", "25.0.1", true);
        mn("--version");
        assertThat(mn("--version").err()).isEmpty();
        assertThat(mavenRuns()).isEqualTo(1);

        Files.setLastModifiedTime(
                clone.resolve("cli/src/Main.java"), FileTime.from(Instant.now().plusSeconds(1)));
        var again = mn("--version");
        assertThat(again.err()).startsWith("→ sources changed, building again\n");
        assertThat(mavenRuns()).isEqualTo(2);
        // The first build stays for commands that still run from it.
        assertThat(clone.resolve(".build/1/lib/a.jar")).exists();
        assertThat(again.out()).contains("/.build/2/lib/a.jar");

        Files.setLastModifiedTime(
                clone.resolve("cli/src/Main.java"), FileTime.from(Instant.now().minusSeconds(60)));
        mn("--version");
        int before = mavenRuns();
        Files.delete(clone.resolve("cli/src/Main.java"));
        Files.setLastModifiedTime(
                clone.resolve("cli/src"), FileTime.from(Instant.now().plusSeconds(1)));
        mn("--version");
        assertThat(mavenRuns()).isEqualTo(before + 1);
    }

    @Test
    void old_builds_go_unless_a_process_runs_from_them() throws Exception {
        java("jdk-25", "25.0.1", true);
        mn("--version");
        var jar = clone.toRealPath().resolve(".build/1/lib/a.jar").toString();
        var server = new ProcessBuilder("sh", "-c", "sleep 60; :", jar).start();
        try {
            for (int build = 2; build <= 5; build++) {
                touch(build);
                mn("--version");
            }
            assertThat(clone.resolve(".build/1/lib/a.jar")).exists();
            assertThat(clone.resolve(".build/2")).doesNotExist();
            assertThat(clone.resolve(".build/3")).exists();
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly().waitFor();
        }
        touch(6);
        mn("--version");
        assertThat(clone.resolve(".build/1")).doesNotExist();
    }

    private void touch(int seconds) throws IOException {
        Files.setLastModifiedTime(
                clone.resolve("cli/src/Main.java"),
                FileTime.from(Instant.now().plusSeconds(seconds * 10L)));
    }

    @Test
    void a_failed_build_shows_the_errors_and_names_the_log() throws Exception {
        java("jdk-25", "25.0.1", true);
        script(
                clone.resolve("mvnw"),
                """
                echo "[INFO] Building MirrorNeuron api 0.1.0 [1/2]"
                echo "[ERROR] /x/Job.java:[7,3] cannot find symbol"
                echo "[ERROR] Re-run Maven using the -X switch to enable full debug logging."
                exit 1
                """);

        var outcome = mn("--version");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .endsWith(
                        "× Error: (MN_BUILD_FAILED) the build stopped with an error.\n"
                                + "  [ERROR] /x/Job.java:[7,3] cannot find symbol\n"
                                + "! Hint: the whole output is in "
                                + clone.toRealPath().resolve(".build/build.log")
                                + "\n");
        assertThat(mn("--version").err()).contains("building");
    }

    @Test
    void without_java_it_says_what_is_missing_and_what_to_install() throws Exception {
        var outcome = mn("--version");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .startsWith(
                        "× Error: (MN_JAVA_MISSING) MirrorNeuron needs a JDK 25 or newer, and none was found.\n")
                .contains("JAVA_HOME is not set, " + jvms + " holds no Java")
                .contains("! Hint: install ");
        assertThat(clone.resolve(".build")).doesNotExist();
    }

    @Test
    void java_that_is_too_old_or_without_compiler_is_skipped_and_named() throws Exception {
        var old = java("a-jdk-17", "17.0.15", true);
        var ancient = java("b-jdk-8", "1.8.0_392", true);
        var runtimeOnly = java("c-jre-25", "25.0.1", false);
        var broken = jvms.resolve("d-broken");
        script(broken.resolve("bin/java"), "exit 0\n");

        var none =
                run(
                        Map.of("JAVA_HOME", old.toString()),
                        clone,
                        List.of(clone.resolve("mn").toString(), "--version"));
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err())
                .contains("  " + old + ": Java 17, too old\n")
                .contains("  " + ancient + ": Java 8, too old\n")
                .contains("  " + runtimeOnly + ": Java 25 without a compiler (javac)")
                .contains("  " + broken + ": has no readable \"release\" file");

        java("e-jdk-26", "26-ea", true);
        var found =
                run(
                        Map.of("JAVA_HOME", old.toString()),
                        clone,
                        List.of(clone.resolve("mn").toString(), "--version"));
        assertThat(found.out()).startsWith("java=e-jdk-26\n");
    }

    @Test
    void java_home_and_path_are_looked_at() throws Exception {
        var first = java("x/jdk-one", "25", true);
        var named =
                run(
                        Map.of("JAVA_HOME", first + "/"),
                        clone,
                        List.of(clone.resolve("mn").toString(), "--version"));
        assertThat(named.out()).startsWith("java=x/jdk-one\n");

        var folder = Files.createDirectories(temporary.resolve("on path"));
        Files.createSymbolicLink(folder.resolve("java"), first.resolve("bin/java"));
        var onPath =
                run(
                        Map.of("PATH", folder + ":" + tools(), "MN_JVM_DIRS", "/nonexistent"),
                        clone,
                        List.of(clone.resolve("mn").toString(), "--version"));
        assertThat(onPath.out()).startsWith("java=x/jdk-one\n");
    }

    @Test
    void works_through_links_from_anywhere() throws Exception {
        java("jdk-25", "25.0.1", true);
        var links = Files.createDirectories(temporary.resolve("links"));
        Files.createSymbolicLink(links.resolve("direct"), clone.resolve("mn"));
        Files.createSymbolicLink(links.resolve("indirect"), Path.of("direct"));

        var outcome =
                run(Map.of(), Path.of("/"), List.of(links.resolve("indirect").toString(), "-v"));

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).contains("[-v]");
    }

    @Test
    void two_first_uses_at_once_build_once() throws Exception {
        java("jdk-25", "25.0.1", true);
        var variables = new TreeMap<>(Map.of("PATH", tools().toString()));
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 4; i++) {
            processes.add(
                    start(
                            variables,
                            temporary,
                            List.of(clone.resolve("mn").toString(), "--version")));
        }
        for (var process : processes) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(mavenRuns()).isEqualTo(1);
    }
}
