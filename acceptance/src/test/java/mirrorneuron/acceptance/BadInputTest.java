package mirrorneuron.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people and the world do wrong, end to end: one clear sentence, the documented exit code, and
 * a home in which the next job completes.
 */
@Tag("slow")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BadInputTest {

    private static final String GOOD =
            """
            {"manifest_version":"1.0","graph_id":"good","entrypoints":["a"],
             "nodes":[{"node_id":"a","agent_type":"sensor",
               "config":{"complete_after":1,"terminal_sink":true,"complete_run":true}}],"edges":[]}
            """;

    @TempDir Path folder;

    private Path home() {
        return folder.resolve("home");
    }

    private Product.Run submit(Path bundle, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("blueprint", "run", "--folder", bundle.toString()));
        arguments.addAll(List.of(more));
        return Product.run(home(), arguments.toArray(String[]::new));
    }

    /** Refused with this code, in one sentence that says this, and without a trace of Java. */
    static void assertRefused(Product.Run run, int exit, String code, String... says) {
        assertThat(run.exit()).as(run.toString()).isEqualTo(exit);
        assertThat(run.err()).as(run.toString()).contains("(" + code + ")").contains(says);
        assertThat(run.out() + run.err())
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("null");
    }

    private void assertTheNextJobCompletes() throws Exception {
        var run = submit(bundle("good-" + System.nanoTime(), GOOD));
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).contains("Status: completed");
    }

    private Path bundle(String name, String manifest) throws IOException {
        var root = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(root.resolve("payloads"));
        Files.writeString(root.resolve("manifest.json"), manifest);
        return root;
    }

    // ---- folders and manifests

    @Test
    void an_unknown_folder() throws Exception {
        assertRefused(submit(folder.resolve("nowhere")), 2, "MN_NOT_FOUND", "nowhere");
        assertTheNextJobCompletes();
    }

    @Test
    void a_folder_that_may_not_be_read() throws Exception {
        var bundle = bundle("secret", GOOD);
        var manifest = bundle.resolve("manifest.json");
        Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(manifest), "this user reads everything");
        assertRefused(submit(bundle), 2, "MN_VALIDATION_FAILED", "manifest.json");
        assertTheNextJobCompletes();
    }

    @Test
    void a_missing_payloads_folder() throws Exception {
        var bundle = bundle("bare", GOOD);
        Files.delete(bundle.resolve("payloads"));
        assertRefused(submit(bundle), 2, "MN_VALIDATION_FAILED", "payloads");
        assertTheNextJobCompletes();
    }

    @Test
    void a_manifest_with_ten_different_errors_lists_all_of_them() throws Exception {
        var bundle =
                bundle(
                        "ten",
                        """
                        {"manifest_version":"9.9","graph_id":"","job_name":7,
                         "entrypoints":["absent"],
                         "initial_inputs":{"nobody":[{"body":{}}]},
                         "nodes":[{"node_id":"a","agent_type":"rooter"},
                                  {"node_id":"a","agent_type":"router"},
                                  {"agent_type":"router"},
                                  {"node_id":"x","agent_type":"executor","config":{}},
                                  {"node_id":"m","agent_type":"module","config":{}},
                                  {"node_id":"b","agent_type":"aggregator","config":{"backpressure":{"max_queue_depth":0}}}],
                         "edges":[{"edge_id":"e","from_node":"a","to_node":"nowhere","message_type":"t"},
                                  {"edge_id":"e","from_node":"nobody","to_node":"a","message_type":"t"}],
                         "policies":{"recovery_mode":"hope"}}
                        """);
        var run = Product.run(home(), "blueprint", "validate", "--json", bundle.toString());
        assertThat(run.exit()).as(run.toString()).isEqualTo(2);
        var pointers =
                JSON_POINTER.matcher(run.out() + run.err()).results().map(m -> m.group(1)).toList();
        assertThat(pointers).as(run.toString()).hasSizeGreaterThanOrEqualTo(10);
        assertThat(pointers)
                .contains("/manifest/nodes/0/agent_type", "/manifest/entrypoints/0")
                .anyMatch(pointer -> pointer.startsWith("/manifest/edges/1"))
                .anyMatch(pointer -> pointer.startsWith("/manifest/nodes/3"));
        var submitted = submit(bundle);
        assertRefused(submitted, 2, "MN_VALIDATION_FAILED", "rooter");
        assertTheNextJobCompletes();
    }

    private static final java.util.regex.Pattern JSON_POINTER =
            java.util.regex.Pattern.compile("\"pointer\": ?\"(/[^\"]*)\"");

    // ---- archives

    private interface Entries {
        void write(ZipOutputStream out) throws IOException;
    }

    private Path zip(String name, Entries more) throws IOException {
        var file = folder.resolve(name + ".zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(out, "manifest.json", GOOD.getBytes(UTF_8));
            entry(out, "payloads/", new byte[0]);
            more.write(out);
        }
        return file;
    }

    private static void entry(ZipOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(bytes);
        out.closeEntry();
    }

    @Test
    void an_archive_that_is_good_runs() throws Exception {
        var run = submit(zip("good", _ -> {}));
        assertThat(run.exit()).as(run.toString()).isZero();
    }

    @Test
    void an_archive_that_climbs_out() throws Exception {
        var file = zip("climber", out -> entry(out, "payloads/../../escaped", new byte[] {1}));
        assertRefused(submit(file), 2, "MN_VALIDATION_FAILED", "escaped");
        assertThat(folder.resolve("escaped")).doesNotExist();
        try (var files = Files.walk(folder)) {
            assertThat(files).noneMatch(path -> path.endsWith("escaped"));
        }
        assertTheNextJobCompletes();
    }

    @Test
    void an_archive_that_is_a_bomb() throws Exception {
        var file =
                zip(
                        "bomb",
                        out -> {
                            out.putNextEntry(new ZipEntry("payloads/zeros"));
                            var zeros = new byte[1 << 20];
                            for (int i = 0; i < 600; i++) {
                                out.write(zeros);
                            }
                            out.closeEntry();
                        });
        assertThat(Files.size(file)).isLessThan(2 << 20);
        assertRefused(submit(file), 2, "MN_VALIDATION_FAILED", "bundle.too_large");
        assertThat(size(home())).isLessThan(50L << 20);
        assertTheNextJobCompletes();
    }

    @Test
    void a_link_in_a_folder_and_in_an_archive() throws Exception {
        var bundle = bundle("linked", GOOD);
        Files.createSymbolicLink(bundle.resolve("payloads/passwd"), Path.of("/etc/passwd"));
        assertRefused(submit(bundle), 2, "MN_VALIDATION_FAILED", "passwd");

        var script =
                """
                import stat, sys, zipfile
                with zipfile.ZipFile(sys.argv[1], "a") as archive:
                    link = zipfile.ZipInfo("payloads/passwd")
                    link.create_system = 3
                    link.external_attr = (stat.S_IFLNK | 0o777) << 16
                    archive.writestr(link, "/etc/passwd")
                """;
        var file = zip("linked", _ -> {});
        var made = Product.run(new ProcessBuilder("python3", "-c", script, file.toString()));
        assertThat(made.exit()).as(made.toString()).isZero();
        assertRefused(submit(file), 2, "MN_VALIDATION_FAILED", "passwd");
        assertTheNextJobCompletes();
    }

    private static long size(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    // ---- commands that misbehave

    private Path worker(String name, String command, String more) throws IOException {
        return bundle(
                name,
                """
                {"manifest_version":"1.0","graph_id":"%s","entrypoints":["a"],
                 "nodes":[{"node_id":"a","agent_type":"executor","config":{
                   "runner_module":"host_local","command":%s,
                   "terminal_sink":true,"complete_run":true%s}}],"edges":[]}
                """
                        .formatted(name, command, more));
    }

    private static String sh(String script) {
        return "[\"sh\",\"-c\"," + new mirrorneuron.api.json.JsonString(script) + "]";
    }

    /** The job stands still with one dead letter that says this, and does not block the home. */
    private void assertDeadLetter(String job, Product.Run run, String... says) throws Exception {
        assertThat(run.out() + run.err()).as(run.toString()).contains("could not be handled");
        var letters = Product.run(home(), "job", "dead-letters", job, "--json");
        assertThat(letters.out()).as(letters.toString()).contains(says);
        assertTheNextJobCompletes();
        var cancelled = Product.run(home(), "job", "cancel", job, "--yes");
        assertThat(cancelled.exit()).as(cancelled.toString()).isZero();
        assertThat(Product.processesBelow(folder)).isEmpty();
    }

    @Test
    void a_command_that_does_not_exist() throws Exception {
        var run = submit(worker("absent", "[\"/nowhere/command\"]", ""), "--job-id", "absent-1");
        assertDeadLetter("absent-1", run, "/nowhere/command");
    }

    @Test
    void a_command_that_exits_with_three() throws Exception {
        var run =
                submit(
                        worker("three", sh("echo went wrong >&2; exit 3"), ""),
                        "--job-id",
                        "three-1");
        assertDeadLetter("three-1", run, "status 3");
    }

    @Test
    void a_command_that_prints_fifty_megabytes() throws Exception {
        var run =
                submit(
                        worker("loud", sh("head -c 52428800 /dev/zero | tr '\\\\0' x"), ""),
                        "--job-id",
                        "loud-1");
        assertDeadLetter("loud-1", run, "output");
        assertThat(size(home())).isLessThan(30L << 20);
    }

    @Test
    void a_command_that_never_ends() throws Exception {
        var run =
                submit(
                        worker(
                                "endless",
                                sh("trap '' TERM; while :; do sleep 1; done"),
                                ",\"timeout_seconds\":1"),
                        "--job-id",
                        "endless-1");
        assertDeadLetter("endless-1", run, "timed out");
    }

    @Test
    void a_command_that_forks_children_and_dies() throws Exception {
        var marker = folder.resolve("children");
        var run =
                submit(
                        worker(
                                "forking",
                                sh(
                                        "for i in 1 2 3; do sh -c 'echo $$ >>"
                                                + marker
                                                + "; exec sleep 300' >/dev/null 2>&1 & done; sleep 0.3; exit 3"),
                                ""),
                        "--job-id",
                        "forking-1");
        assertDeadLetter("forking-1", run, "status 3");
        var children = Files.readAllLines(marker);
        assertThat(children).isNotEmpty();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () ->
                                assertThat(children)
                                        .allMatch(
                                                pid ->
                                                        ProcessHandle.of(Long.parseLong(pid))
                                                                .isEmpty()));
    }

    @Test
    void output_that_is_not_text() throws Exception {
        var run =
                submit(
                        worker("bytes", sh("printf '\\\\377\\\\376 caf\\\\351'"), ""),
                        "--job-id",
                        "bytes-1");
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).contains("Status: completed").contains("caf");
        var result = Product.run(home(), "job", "result", "bytes-1", "--json");
        assertThat(Json.parse(result.out())).isInstanceOf(JsonObject.class);
        assertTheNextJobCompletes();
    }

    @Test
    void a_message_body_of_five_megabytes() throws Exception {
        var inputs = folder.resolve("inputs.json");
        Files.writeString(
                inputs, "{\"a\":[{\"body\":{\"text\":\"" + "x".repeat(5 << 20) + "\"}}]}");
        var run =
                submit(
                        worker(
                                "large",
                                sh("wc -c <\\\"$MN_INPUT_FILE\\\"".replace("\\\"", "\"")),
                                ""),
                        "--job-id",
                        "large-1",
                        "--input",
                        inputs.toString());
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).contains("Status: completed").containsPattern("52428\\d\\d");
        assertTheNextJobCompletes();
    }

    // ---- homes

    @Test
    void a_full_disk() throws Exception {
        var disk = Files.createDirectories(folder.resolve("disk"));
        var mounted =
                Product.run(
                        new ProcessBuilder(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=24m",
                                "tmpfs",
                                disk.toString()));
        assumeTrue(mounted.exit() == 0, "this user may not mount a file system");
        try {
            var small = disk.resolve("home");
            var first =
                    Product.run(
                            small, "blueprint", "run", "--folder", bundle("good", GOOD).toString());
            assertThat(first.exit()).as(first.toString()).isZero();
            fill(disk.resolve("ballast"));
            var run = Product.run(small, "blueprint", "run", "--folder", "examples/research_flow");
            assertRefused(run, 1, "MN_RUNTIME_UNAVAILABLE", "No space left on device");

            Files.delete(disk.resolve("ballast"));
            var again =
                    Product.run(small, "blueprint", "run", "--folder", "examples/research_flow");
            assertThat(again.exit()).as(again.toString()).isZero();
        } finally {
            Product.run(new ProcessBuilder("umount", "-l", disk.toString()));
        }
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            var zeros = new byte[4_096];
            while (true) {
                out.write(zeros);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    @Test
    void a_home_that_may_not_be_written() throws Exception {
        var disk = Files.createDirectories(folder.resolve("disk"));
        var mounted =
                Product.run(
                        new ProcessBuilder(
                                "mount", "-t", "tmpfs", "-o", "ro", "tmpfs", disk.toString()));
        assumeTrue(mounted.exit() == 0, "this user may not mount a file system");
        try {
            var run =
                    Product.run(
                            disk.resolve("home"),
                            "blueprint",
                            "run",
                            "--folder",
                            "examples/research_flow");
            assertRefused(run, 1, "MN_RUNTIME_UNAVAILABLE", disk.toString());
        } finally {
            Product.run(new ProcessBuilder("umount", "-l", disk.toString()));
        }
    }

    @Test
    void a_home_of_a_newer_release() throws Exception {
        assertTheNextJobCompletes();
        var format = home().resolve("state/FORMAT");
        var ours = Files.readString(format);
        Files.writeString(format, "{\"format\":7}");
        var run = submit(bundle("late", GOOD));
        assertRefused(run, 1, "MN_RUNTIME_UNAVAILABLE", "format 7");
        Files.writeString(format, ours);
        assertTheNextJobCompletes();
    }

    @Test
    void a_home_in_use() throws Exception {
        var waiting =
                bundle("waiting", GOOD.replace("\"complete_after\":1", "\"complete_after\":2"));
        var owner =
                Product.mn(
                                home(),
                                Map.of(),
                                "blueprint",
                                "run",
                                "--folder",
                                worker("slow", sh("sleep 60"), ",\"safe_to_retry\":true")
                                        .toString(),
                                "--job-id",
                                "slow-1")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var lines = owner.inputReader(UTF_8)) {
            assertThat(lines.readLine()).contains("slow-1");
            var second = submit(waiting);
            assertRefused(second, 1, "MN_HOME_IN_USE", String.valueOf(owner.pid()));
            assertThat(owner.isAlive()).isTrue();
            // Checking a blueprint needs no home.
            var check = Product.run(home(), "blueprint", "validate", waiting.toString());
            assertThat(check.exit()).as(check.toString()).isZero();
        } finally {
            owner.toHandle().destroyForcibly();
            owner.waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(Product.run(home(), "job", "cancel", "slow-1", "--yes").exit()).isZero();
        assertTheNextJobCompletes();
    }

    // ---- connections and output

    @Test
    void a_server_that_is_not_there() throws Exception {
        for (var target : List.of("localhost:1", "nowhere.invalid:55051")) {
            var run = Product.run(home(), "job", "list", "--target", target);
            assertRefused(run, 1, "MN_RUNTIME_UNAVAILABLE", target);
        }
    }

    @Test
    void an_output_that_cannot_be_written() throws Exception {
        var full =
                Product.mn(home(), Map.of(), "job", "list")
                        .redirectOutput(Path.of("/dev/full").toFile())
                        .start();
        var said = new String(full.getErrorStream().readAllBytes(), UTF_8);
        assertThat(full.waitFor()).isEqualTo(1);
        assertThat(said).contains("(MN_COMMAND_FAILED) The output could not be written: No space");
    }
}
