package mirrorneuron.runtime.worker;

import static mirrorneuron.runtime.worker.Workers.direct;
import static mirrorneuron.runtime.worker.Workers.sh;
import static mirrorneuron.runtime.worker.Workers.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a sandboxed command can and cannot do, with real commands. */
@Timeout(60)
class SandboxTest {

    @TempDir Path home;
    private Workers workers;

    @BeforeEach
    void open() throws Exception {
        workers =
                new Workers(
                        home,
                        Map.of(
                                "PATH",
                                "/usr/local/bin:/usr/bin:/bin",
                                "MN_API_TOKEN",
                                "daemon-secret-token"));
        assumeTrue(
                workers.host.levels().object("sandbox").bool("available").orElse(false),
                () -> "needs bubblewrap: " + workers.host.levels());
    }

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void it_finds_its_files_where_manifests_expect_them() throws Exception {
        Files.writeString(workers.payloads.resolve("x.txt"), "payload");
        var outcome =
                workers.succeed(
                        sh("pwd; echo $MN_INPUT_FILE; cat $MN_INPUT_FILE; echo; cat in/x.txt; echo;"
                                        + " touch here; echo $MN_WORKDIR $HOME")
                                .sandboxed()
                                .upload("x.txt", "in/x.txt"));
        assertThat(outcome.stdout())
                .isEqualTo(
                        "/sandbox/job\n/sandbox/job/mirror_neuron_input.json\n{\"n\":1}\npayload\n"
                                + "/sandbox/job /sandbox/job\n");
    }

    @Test
    void the_upload_path_may_be_another() {
        assertThat(
                        workers.succeed(
                                        sh("pwd")
                                                .sandboxed()
                                                .with(s -> s.uploadPath = "/work/here"))
                                .stdout())
                .isEqualTo("/work/here\n");
        assertThat(workers.fail(sh("pwd").sandboxed().with(s -> s.uploadPath = "/etc/x")).cause())
                .isEqualTo(Cause.STAGING_FAILED);
        assertThat(workers.fail(sh("pwd").sandboxed().with(s -> s.uploadPath = "/")).cause())
                .isEqualTo(Cause.STAGING_FAILED);
    }

    @Test
    void it_reads_the_system_and_runs_its_programs() {
        assertThat(
                        workers.succeed(
                                        sh("cat /etc/os-release | head -1; ls /usr/bin/env; ps ax | wc -l")
                                                .sandboxed())
                                .stdout())
                .contains("/usr/bin/env");
        assertThat(workers.succeed(shell("echo {job_id}").sandboxed()).stdout())
                .isEqualTo("graph-1\n");
    }

    @Test
    void it_cannot_write_outside_of_its_workspace() {
        var outcome =
                workers.succeed(
                        sh("for f in /usr/x /etc/x /x /bin/x /sandbox/x /proc/sys/kernel/hostname"
                                        + " /proc/sys/kernel/core_pattern /proc/sysrq-trigger; do"
                                        + " ( : >$f ) 2>/dev/null && echo wrote $f; done; touch /tmp/mine"
                                        + " && echo tmp")
                                .sandboxed());
        assertThat(outcome.stdout()).isEqualTo("tmp\n");
        assertThat(Path.of("/tmp/mine")).doesNotExist();
    }

    @Test
    void it_sees_neither_other_workspaces_nor_the_home_nor_secrets() throws Exception {
        var other = home.resolve("workers/workspaces/other");
        Files.createDirectories(other);
        Files.writeString(home.resolve("secret"), "x");
        var outcome =
                workers.succeed(
                        sh("for f in "
                                        + other
                                        + " "
                                        + home
                                        + "/secret "
                                        + home
                                        + " /etc/shadow /root /home /var; do [ -e $f ] && echo sees $f;"
                                        + " done; env | grep -c daemon-secret; ls /sandbox")
                                .sandboxed());
        assertThat(outcome.stdout()).isEqualTo("0\ndata\njob\npython\nruns\n");
    }

    @Test
    void it_has_no_processes_but_its_own_and_no_privileges() {
        var outcome =
                workers.succeed(
                        sh("id -u; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; ls /proc |"
                                        + " grep -c '^[0-9]'; mount -t tmpfs x /tmp 2>/dev/null || echo"
                                        + " no-mount; kill -9 -1 2>/dev/null; ulimit -c")
                                .sandboxed());
        var lines = outcome.stdout().lines().toList();
        assertThat(lines.get(0)).isEqualTo("65534");
        assertThat(lines.get(1)).endsWith("0000000000000000");
        assertThat(lines.get(3)).endsWith("1");
        assertThat(Integer.parseInt(lines.get(4))).isLessThan(8);
        assertThat(lines.get(5)).isEqualTo("no-mount");
    }

    @Test
    void it_reaches_no_network_unless_that_is_declared() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var script =
                    "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + " && echo connected";
            assertThat(workers.fail(direct("/bin/bash", "-c", script).sandboxed()).stderr())
                    .contains("Connection refused");
            assertThat(
                            workers.succeed(
                                            direct("/bin/bash", "-c", script)
                                                    .sandboxed()
                                                    .with(s -> s.network = true))
                                    .stdout())
                    .isEqualTo("connected\n");
        }
    }

    @Test
    void its_run_folder_is_writable_and_stays() throws Exception {
        workers.succeed(
                sh("echo x >$MN_RUN_DIR/out.txt; [ $MN_RUNS_ROOT/$MN_RUN_ID = $MN_RUN_DIR ]")
                        .sandboxed());
        assertThat(home.resolve("runs/graph-1/out.txt")).hasContent("x");
    }

    @Test
    void it_reads_the_modules_of_the_runtime_and_cannot_change_them() {
        var outcome =
                workers.succeed(
                        sh("python3 -c 'from mirrorneuron_worker import step; print(step.job_id)';"
                                        + " touch /sandbox/python/x 2>/dev/null || echo no")
                                .sandboxed());
        assertThat(outcome.stdout()).isEqualTo("graph-1\nno\n");
    }

    @Test
    void its_job_data_outlives_the_attempt() throws Exception {
        workers.succeed(sh("echo $MN_JOB_DATA_ACCESS >$MN_JOB_DATA_DIR/seen").sandboxed());
        assertThat(workers.succeed(sh("cat $MN_JOB_DATA_DIR/seen").sandboxed()).stdout())
                .isEqualTo("read_write\n");
        assertThat(home.resolve("job-data/graph-1/seen")).exists();
    }

    @Test
    void variables_of_the_manifest_act_only_inside() {
        var outcome =
                workers.succeed(
                        sh("echo $LD_PRELOAD")
                                .sandboxed()
                                .with(
                                        s ->
                                                s.environment =
                                                        Map.of(
                                                                "LD_PRELOAD",
                                                                "/sandbox/job/evil.so")));
        assertThat(outcome.stdout()).isEqualTo("/sandbox/job/evil.so\n");
    }

    @Test
    void secrets_do_not_stand_in_the_list_of_processes() throws Exception {
        var heard =
                workers.start(
                        sh("touch $MN_RUN_DIR/up; sleep 1000")
                                .sandboxed()
                                .with(s -> s.environment = Map.of("API_KEY", "hunter2hunter2"))
                                .with(s -> s.attemptId = "listed"));
        await(home.resolve("runs/graph-1/up"));
        assertThat(
                        ProcessHandle.current()
                                .descendants()
                                .map(process -> process.info().commandLine().orElse(""))
                                .filter(line -> line.contains("hunter2")))
                .isEmpty();
        workers.host.stop("listed");
        heard.outcome();
    }

    @Test
    void a_program_is_found_in_the_workspace() throws Exception {
        var tool = workers.payloads.resolve("my-tool");
        Files.writeString(tool, "#!/bin/sh\necho mine\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        var onPath =
                direct("my-tool")
                        .sandboxed()
                        .upload("my-tool", "bin/my-tool")
                        .with(s -> s.environment = Map.of("PATH", "/sandbox/job/bin:/usr/bin"));
        assertThat(workers.succeed(onPath).stdout()).isEqualTo("mine\n");
        var named = direct("/sandbox/job/my-tool").sandboxed().upload("my-tool", "my-tool");
        assertThat(workers.succeed(named).stdout()).isEqualTo("mine\n");
    }

    @Test
    void failures_look_as_they_do_without_a_sandbox() {
        assertThat(workers.fail(sh("exit 3").sandboxed()).error())
                .isEqualTo("command exited with status 3");
        assertThat(workers.fail(direct("no-such-program").sandboxed()).error())
                .isEqualTo("command not found: no-such-program");
        assertThat(workers.fail(direct("/opt/only-outside/x").sandboxed()).cause())
                .isEqualTo(Cause.START_FAILED);
        var timed =
                workers.fail(
                        sh("sleep 1000").sandboxed().with(s -> s.timeoutMs = OptionalLong.of(300)));
        assertThat(timed.cause()).isEqualTo(Cause.TIMED_OUT);
        assertThat(workers.fail(sh("yes").sandboxed()).cause()).isEqualTo(Cause.OUTPUT_OVERFLOW);
    }

    @Test
    void it_may_tidy_up_when_it_is_stopped() throws Exception {
        var heard =
                workers.start(
                        sh("trap 'echo tidy; exit 0' TERM; touch $MN_RUN_DIR/up; while :; do sleep"
                                        + " 0.01; done")
                                .sandboxed()
                                .with(s -> s.attemptId = "stopped"));
        await(home.resolve("runs/graph-1/up"));
        workers.host.stop("stopped");
        var outcome = (WorkerOutcome.Failed) heard.outcome();
        assertThat(outcome.cause()).isEqualTo(Cause.STOPPED);
        assertThat(outcome.stdout()).isEqualTo("tidy\n");
    }

    @Test
    void nothing_in_it_outlives_it() {
        long before = System.nanoTime();
        workers.succeed(
                sh("setsid sleep 7654 & (trap '' TERM HUP; sleep 7654) & exit 0").sandboxed());
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(3));
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(
                                                ProcessHandle.allProcesses()
                                                        .map(p -> p.info().commandLine().orElse(""))
                                                        .filter(
                                                                line ->
                                                                        line.contains(
                                                                                "sleep 7654")))
                                        .isEmpty());
    }

    @Test
    void without_bubblewrap_the_sandbox_is_refused_and_the_package_named() throws Exception {
        try (var bare = new Workers(home.resolve("bare"), Map.of("PATH", "/nowhere"))) {
            assertThat(bare.host.unavailable("sandbox"))
                    .isEqualTo(Sandbox.PACKAGE_HINT)
                    .contains("Debian package bubblewrap");
            var level = bare.host.levels().object("sandbox");
            assertThat(level.bool("available")).contains(false);
            assertThat(level.string("reason")).contains(Sandbox.PACKAGE_HINT);
            var outcome = bare.fail(direct("/bin/true").sandboxed());
            assertThat(outcome.cause()).isEqualTo(Cause.START_FAILED);
            assertThat(outcome.error()).isEqualTo(Sandbox.PACKAGE_HINT);
        }
    }

    @Test
    void an_operator_may_allow_plain_host_processes_instead_and_it_shows() throws Exception {
        var environment = Map.of("PATH", "/nowhere", "MN_SANDBOX_FALLBACK", "host_local");
        try (var bare = new Workers(home.resolve("bare"), environment)) {
            assertThat(bare.host.unavailable("sandbox")).isEmpty();
            assertThat(bare.host.levels().object("sandbox").string("fallback"))
                    .contains("host_local");
            assertThat(bare.succeed(direct("/bin/pwd").sandboxed()).stdout())
                    .startsWith(home.resolve("bare").toString());
        }
    }

    @Test
    void with_bubblewrap_the_fallback_is_not_used() throws Exception {
        var environment = Map.of("PATH", "/usr/bin:/bin", "MN_SANDBOX_FALLBACK", "host_local");
        try (var both = new Workers(home.resolve("both"), environment)) {
            assertThat(both.succeed(direct("/bin/pwd").sandboxed()).stdout())
                    .isEqualTo("/sandbox/job\n");
        }
    }

    private static void await(Path file) {
        Awaitility.await().until(() -> Files.exists(file));
    }
}
