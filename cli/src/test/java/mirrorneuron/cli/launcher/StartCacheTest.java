package mirrorneuron.cli.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start-up caches: the real scripts of an unpacked product with a pretended Java. */
final class StartCacheTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final List<String> KINDS = List.of("home", "console", "plain");

    @TempDir Path temporary;

    private Path product = Path.of("");
    private Path home = Path.of("");
    private Path java = Path.of("");
    private Path caches = Path.of("");

    /** What commands are run with, to be somebody else. */
    private List<String> as = List.of();

    @BeforeEach
    void an_unpacked_product_in_a_folder_with_blanks() throws IOException {
        product = Files.createDirectories(temporary.resolve("my product")).toRealPath();
        home = temporary.resolve("home");
        Files.createDirectories(product.resolve("bin"));
        Files.createDirectories(product.resolve("lib"));
        for (var name : List.of("mn", "find-java", "start-cache", "record-start")) {
            Files.copy(
                    project().resolve("bin").resolve(name),
                    product.resolve("bin").resolve(name),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(product.resolve("lib/a.jar"), "");
        Files.writeString(product.resolve("lib/build"), "0.1.0-abc\n");
        java = java("jdk-25");
        caches = product.resolve("lib/start/0.1.0-abc");
    }

    private static Path project() {
        var directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("bin/find-java"))) {
            directory = Objects.requireNonNull(directory.getParent(), "the project's root");
        }
        return directory;
    }

    /** A Java that writes its arguments down, and a cache when it is told to record one. */
    private Path java(String name) throws IOException {
        var place = temporary.toRealPath().resolve(name);
        script(
                place.resolve("bin/java"),
                """
                for a in "$@"; do
                    case $a in
                    -XX:AOTCacheOutput=*)
                        here=${0%/bin/java}
                        echo run >>"$here/recordings"
                        env >"$here/environment"
                        [ ! -e "$here/broken" ] || { echo "no room"; exit 1; }
                        printf cache >"${a#*=}"
                        exit 0 ;;
                    esac
                done
                echo "java=${0%/bin/java}"
                for a in "$@"; do echo "[$a]"; done
                """);
        Files.writeString(
                place.resolve("release"),
                "JAVA_RUNTIME_VERSION=\"25.0.3+9-LTS\"\nJAVA_VERSION=\"25.0.3\"\n");
        return place;
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Outcome(int exit, String out, String err) {}

    private Outcome run(Map<String, String> variables, String program, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(as);
        command.add(product.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(temporary.toFile());
        var environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("JAVA_HOME", java.toString());
        environment.put("MN_HOME", home.toString());
        environment.putAll(variables);
        var process = builder.start();
        process.getOutputStream().close();
        // To their ends: a recorder that kept one of them open would hold up whoever reads it.
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        var err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), out, err);
    }

    private Outcome mn(String... arguments) throws Exception {
        return run(Map.of(), "mn", arguments);
    }

    private Path cache(Path folder, Path of, String kind) {
        var place = of.toString().substring(1).replace('/', '-');
        return folder.resolve("25.0.3+9-LTS-" + place + "-" + kind + ".aot");
    }

    private Path cache(String kind) {
        return cache(caches, java, kind);
    }

    private void awaitRecorded() throws IOException {
        await().atMost(SOON).until(() -> settled(caches));
    }

    private boolean settled(Path folder) throws IOException {
        return KINDS.stream().allMatch(kind -> Files.exists(cache(folder, java, kind)))
                && names(folder).stream().allMatch(name -> name.contains(".aot"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private int recordings() throws IOException {
        return Files.readAllLines(java.resolve("recordings")).size();
    }

    private static String aot(Path cache) {
        return "[-XX:AOTCache=" + cache + "]";
    }

    @Test
    void the_first_command_starts_without_a_cache_and_the_next_ones_with_it() throws Exception {
        var first = mn("job", "list");
        assertThat(first.exit()).isZero();
        assertThat(first.out()).doesNotContain("AOTCache").contains("[job]");
        assertThat(first.err()).isEmpty();
        awaitRecorded();

        assertThat(mn("job", "list").out().lines()).contains(aot(cache("home")));
        assertThat(recordings()).isEqualTo(KINDS.size());
        assertThat(names(caches)).hasSize(KINDS.size());
    }

    @Test
    void what_asks_nobody_takes_the_smallest_cache_and_what_opens_a_home_the_largest()
            throws Exception {
        assertThat(run(Map.of(), "record-start").exit()).isZero();

        assertThat(mn("--help").out().lines()).contains(aot(cache("plain")));
        assertThat(mn("job", "list", "--help", "--target", "x:1").out().lines())
                .contains(aot(cache("plain")));
        assertThat(mn("runtime", "start").out().lines()).contains(aot(cache("plain")));
        assertThat(mn("runtime", "start", "--foreground").out().lines())
                .contains(aot(cache("home")));
        assertThat(mn("blueprint", "run").out().lines()).contains(aot(cache("home")));
        assertThat(mn("job", "list", "--target", "x:1").out().lines())
                .contains(aot(cache("console")));
        assertThat(run(Map.of("MN_GRPC_TARGET", "x:1"), "mn", "job", "list").out().lines())
                .contains(aot(cache("console")));
        Files.writeString(Files.createDirectories(home).resolve("runtime-endpoints.json"), "{}");
        assertThat(mn("job", "list").out().lines()).contains(aot(cache("console")));
        assertThat(mn("runtime", "status").out().lines()).contains(aot(cache("console")));
        assertThat(mn("runtime", "stop").out().lines()).contains(aot(cache("plain")));
        assertThat(mn("runtime", "start", "--foreground").out().lines())
                .contains(aot(cache("home")));
    }

    @Test
    void a_recording_that_failed_is_told_once_and_not_tried_again() throws Exception {
        Files.createFile(java.resolve("broken"));
        var failed = run(Map.of(), "record-start");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err()).contains("(MN_NOT_RECORDED)", "! Hint: ", caches.toString());
        assertThat(Files.readString(caches.resolve(cache("home").getFileName() + ".log")))
                .contains("no room");
        Files.delete(java.resolve("broken"));

        assertThat(mn("job", "list").out()).doesNotContain("AOTCache").contains("[job]");
        assertThat(run(Map.of(), "record-start").exit()).isZero();
        assertThat(recordings()).isEqualTo(KINDS.size());
    }

    @Test
    void each_java_and_each_build_has_its_own() throws Exception {
        run(Map.of(), "record-start");
        var other = java("jdk 25b");
        assertThat(run(Map.of("MN_JAVA", other.toString()), "record-start").exit()).isZero();
        assertThat(run(Map.of("MN_JAVA", other.toString()), "mn", "--help").out().lines())
                .contains("java=" + other, aot(cache(caches, other, "plain")));

        Files.writeString(product.resolve("lib/build"), "0.2.0-def\n");
        assertThat(mn("--help").out()).doesNotContain("AOTCache");
        var next = product.resolve("lib/start/0.2.0-def");
        await().atMost(SOON).until(() -> settled(next));
        assertThat(mn("--help").out().lines()).contains(aot(cache(next, java, "plain")));
    }

    @Test
    void no_more_than_three_javas_and_two_builds_are_kept() throws Exception {
        for (var build : List.of("1", "2", "3")) {
            Files.writeString(product.resolve("lib/build"), build);
            run(Map.of(), "record-start");
        }
        assertThat(names(product.resolve("lib/start"))).containsExactly("2", "3");
        for (var name : List.of("b", "c", "d")) {
            run(Map.of("MN_JAVA", java(name).toString()), "record-start");
        }
        assertThat(names(product.resolve("lib/start/3"))).hasSize(3 * KINDS.size());
    }

    @Test
    void two_recorders_at_once_record_once_and_a_lock_left_behind_stops_nobody() throws Exception {
        Files.createDirectories(caches);
        var lock = caches.resolve("25.0.3+9-LTS-" + java.toString().substring(1).replace('/', '-'));
        var held = Path.of(lock + ".lock");
        Files.writeString(held, ProcessHandle.current().pid() + "\n");
        assertThat(run(Map.of(), "record-start").exit()).isZero();
        assertThat(java.resolve("recordings")).doesNotExist();

        var gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.writeString(held, gone.pid() + "\n");
        assertThat(run(Map.of(), "record-start").exit()).isZero();
        assertThat(recordings()).isEqualTo(KINDS.size());
        assertThat(held).doesNotExist();
    }

    @Test
    void a_recorder_sees_nothing_of_the_caller_but_its_path() throws Exception {
        run(Map.of("MN_GRPC_AUTH_TOKEN", "secret", "MN_ENV", "prod"), "record-start");
        assertThat(Files.readString(java.resolve("environment")))
                .contains("MN_HOME=" + caches, "PATH=/usr/bin:/bin")
                .doesNotContain("secret", "MN_ENV", home.toString());
    }

    @Test
    void with_MN_NO_AOT_none_is_used_and_none_recorded() throws Exception {
        run(Map.of(), "record-start");
        var off = Map.of("MN_NO_AOT", "1");
        assertThat(run(off, "mn", "--help").out()).doesNotContain("AOTCache");
        var other = java("other");
        run(Map.of("MN_NO_AOT", "1", "MN_JAVA", other.toString()), "mn", "--help");
        assertThat(other.resolve("recordings")).doesNotExist();
    }

    @Test
    void an_installation_that_cannot_be_written_to_keeps_its_caches_in_the_home() throws Exception {
        var all = PosixFilePermissions.fromString("rwxr-xr-x");
        Files.setPosixFilePermissions(temporary, all);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(
                product.resolve("lib"), PosixFilePermissions.fromString("r-xr-xr-x"));
        if (System.getProperty("user.name").equals("root")) {
            // Root may write anywhere, so somebody else asks.
            as = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        }
        // A home that nobody has used yet is not made for this.
        assertThat(mn("--help").exit()).isZero();
        assertThat(home).doesNotExist();
        assertThat(run(Map.of(), "record-start").err()).contains("(MN_NOT_WRITABLE)");

        Files.createDirectories(home);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(mn("--help").out()).doesNotContain("AOTCache");
        var own = home.resolve("cache/start/0.1.0-abc");
        await().atMost(SOON).until(() -> settled(own));
        assertThat(mn("--help").out().lines()).contains(aot(cache(own, java, "plain")));

        if (!as.isEmpty()) {
            // A cache is code, and what somebody else could have written is not run.
            as = List.of();
            assertThat(mn("--help").out()).doesNotContain("AOTCache");
            awaitRecorded();
        }
        Files.setPosixFilePermissions(product.resolve("lib"), all);
    }

    @Test
    void a_java_that_comes_along_goes_before_JAVA_HOME_and_after_MN_JAVA() throws Exception {
        var along = product.resolve("runtime");
        Files.move(java("along"), along);
        var named = java("named");

        run(Map.of(), "record-start");
        var shown = mn("--help").out().lines().toList();
        assertThat(shown)
                .contains("java=" + product.resolve("runtime"))
                .contains("[-XX:AOTCache=" + caches.resolve("25.0.3+9-LTS-runtime-plain.aot]"));
        var variables = new HashMap<>(Map.of("MN_JAVA", named.toString(), "MN_NO_AOT", "1"));
        assertThat(run(variables, "mn", "--help").out()).startsWith("java=" + named + "\n");
    }
}
