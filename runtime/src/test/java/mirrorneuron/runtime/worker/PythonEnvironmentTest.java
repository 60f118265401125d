package mirrorneuron.runtime.worker;

import static mirrorneuron.runtime.worker.Workers.direct;
import static mirrorneuron.runtime.worker.Workers.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Environments that are built once; needs Debian's python3 and python3-venv. */
@Timeout(120)
class PythonEnvironmentTest {

    private static final String WHICH = "import sys; print(sys.prefix)";

    @TempDir Path home;
    private Workers workers;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/python3")), "needs python3 and python3-venv");
        workers = new Workers(home, Map.of("PATH", "/usr/bin:/bin", "PIP_NO_INDEX", "1"));
    }

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void python_is_that_of_the_environment_and_it_is_built_once() throws Exception {
        var first = workers.succeed(python(WHICH)).stdout().strip();
        var folder = Path.of(first);
        assertThat(folder.getParent()).isEqualTo(home.resolve("cache/blueprint-python-envs"));
        assertThat(folder.resolve(".ready")).exists();
        var metadata =
                (JsonObject)
                        Json.parse(Files.readString(folder.resolve(".mn-blueprint-resource.json")));
        assertThat(metadata.string("blueprint_id")).contains("graph");
        assertThat(metadata.string("key")).contains(folder.getFileName().toString());
        var built = Files.getLastModifiedTime(folder.resolve(".ready"));
        assertThat(workers.succeed(python(WHICH)).stdout().strip()).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(folder.resolve(".ready"))).isEqualTo(built);
    }

    @Test
    void a_shell_line_finds_it_and_the_variables_name_it() {
        var outcome =
                workers.succeed(
                        shell("python -c '" + WHICH + "'; echo $VIRTUAL_ENV; echo $MN_PYTHON_ENV")
                                .with(s -> s.python = wish(List.of())));
        assertThat(outcome.stdout().lines().distinct()).hasSize(1);
    }

    @Test
    void building_does_not_count_as_running() {
        workers.succeed(python(WHICH).with(s -> s.timeoutMs = OptionalLong.of(1_500)));
    }

    @Test
    void a_package_that_cannot_be_found_fails_the_staging() {
        var outcome =
                workers.fail(python(WHICH).with(s -> s.python = wish(List.of("no-such-package"))));
        assertThat(outcome.cause()).isEqualTo(Cause.STAGING_FAILED);
        assertThat(outcome.error())
                .startsWith("python_environment: pip install failed: ")
                .contains("no-such-package");
    }

    @Test
    void an_option_is_no_package() {
        assertThat(
                        workers.fail(python(WHICH).with(s -> s.python = wish(List.of("--help"))))
                                .error())
                .isEqualTo("python_environment: packages: \"--help\" (expected: a package)");
    }

    @Test
    void requirements_come_from_the_payloads() {
        var outcome =
                workers.fail(
                        python(WHICH)
                                .with(
                                        s ->
                                                s.python =
                                                        Optional.of(
                                                                new Behaviour.PythonEnvironment(
                                                                        Optional.of("r.txt"),
                                                                        List.of()))));
        assertThat(outcome.error())
                .isEqualTo(
                        "python_environment: requirements: r.txt (expected: a file in the payloads)");
    }

    @Test
    void a_wheel_in_the_payloads_is_installed() throws Exception {
        wheel();
        Files.writeString(workers.payloads.resolve("r.txt"), "./hello-1.0-py3-none-any.whl\n");
        var spec =
                python("import hello; print(hello.WORD)")
                        .with(
                                s ->
                                        s.python =
                                                Optional.of(
                                                        new Behaviour.PythonEnvironment(
                                                                Optional.of("r.txt"), List.of())));
        assertThat(workers.succeed(spec).stdout()).isEqualTo("hi\n");
    }

    @Test
    void it_is_built_and_used_inside_a_sandbox() throws Exception {
        assumeTrue(
                workers.host.levels().object("sandbox").bool("available").orElse(false),
                "needs bubblewrap");
        wheel();
        var spec =
                python("import hello; print(hello.WORD)")
                        .sandboxed()
                        .with(s -> s.python = wish(List.of("./hello-1.0-py3-none-any.whl")));
        assertThat(workers.succeed(spec).stdout()).isEqualTo("hi\n");
    }

    @Test
    void the_lock_of_a_dead_runtime_is_taken_over() throws Exception {
        var folder = Path.of(workers.succeed(python(WHICH)).stdout().strip());
        Files.delete(folder.resolve(".ready"));
        var lock = Files.createDirectory(folder.resolveSibling(folder.getFileName() + ".lock"));
        Files.writeString(
                lock.resolve("owner.json"),
                "{\"pid\":1,\"boot_id\":\"another boot\",\"start_ticks\":\"1\"}");
        workers.succeed(python(WHICH));
        assertThat(lock).doesNotExist();
        assertThat(folder.resolve(".ready")).exists();
    }

    @Test
    void the_lock_of_a_runtime_that_died_before_it_gave_its_name_is_taken_over() throws Exception {
        var folder = Path.of(workers.succeed(python(WHICH)).stdout().strip());
        Files.delete(folder.resolve(".ready"));
        var lock = Files.createDirectory(folder.resolveSibling(folder.getFileName() + ".lock"));
        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(60)));
        workers.succeed(python(WHICH));
        assertThat(lock).doesNotExist();
    }

    @Test
    void several_at_once_build_it_once() {
        var all =
                List.of(
                        workers.start(python(WHICH)),
                        workers.start(python(WHICH)),
                        workers.start(python(WHICH)));
        assertThat(all.stream().map(heard -> heard.outcome().stdout()).distinct()).hasSize(1);
    }

    private static Workers.Spec python(String code) {
        return direct("python3", "-c", code).with(s -> s.python = wish(List.of()));
    }

    private static Optional<Behaviour.PythonEnvironment> wish(List<String> packages) {
        return Optional.of(new Behaviour.PythonEnvironment(Optional.empty(), packages));
    }

    private void wheel() throws Exception {
        var wheel = workers.payloads.resolve("hello-1.0-py3-none-any.whl");
        try (var zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            put(zip, "hello.py", "WORD = 'hi'\n");
            put(
                    zip,
                    "hello-1.0.dist-info/METADATA",
                    "Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n");
            put(
                    zip,
                    "hello-1.0.dist-info/WHEEL",
                    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            put(
                    zip,
                    "hello-1.0.dist-info/RECORD",
                    "hello.py,,\nhello-1.0.dist-info/METADATA,,\nhello-1.0.dist-info/WHEEL,,\n"
                            + "hello-1.0.dist-info/RECORD,,\n");
        }
    }

    private static void put(ZipOutputStream zip, String name, String text) throws Exception {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
