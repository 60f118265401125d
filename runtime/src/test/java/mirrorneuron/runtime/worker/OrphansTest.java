package mirrorneuron.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import org.assertj.core.groups.Tuple;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What outlives a runtime that was killed, and how the next one ends it. */
@Timeout(60)
class OrphansTest {

    @TempDir Path home;
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (var process : started) {
            process.destroyForcibly().waitFor();
        }
        ProcessWorkerHost.endOrphans(root());
    }

    @Test
    void a_worker_that_outlived_its_runtime_is_ended_with_its_whole_group() throws Exception {
        killRuntimeOf("sleep 1000 & echo $! $$ >" + home + "/pids; wait");
        var pids = pids("pids", 2);
        assertThat(pids).allMatch(OrphansTest::runs);
        var orphans = ProcessWorkerHost.endOrphans(root());
        assertThat(orphans).hasSize(1);
        var orphan = orphans.getFirst();
        assertThat(orphan.job()).contains(JobId.of("graph-1"));
        assertThat(orphan.agent()).contains(AgentId.of("agent-1"));
        assertThat(orphan.attemptId()).isEqualTo("left-1");
        assertThat(orphan.began()).isTrue();
        assertThat(orphan.ended()).contains(pids.getLast());
        assertThat(pids).noneMatch(OrphansTest::runs);
        assertThat(files("workspaces")).isEmpty();
        assertThat(files("attempts")).isEmpty();
    }

    @Test
    void members_whose_leader_is_gone_and_those_who_left_the_group_are_found() throws Exception {
        killRuntimeOf(
                "(exec sleep 1000) & echo $! >"
                        + home
                        + "/member; setsid sleep 1000 & echo $! >"
                        + home
                        + "/left; echo $$ >"
                        + home
                        + "/leader; wait");
        int leader = pids("leader", 1).getFirst();
        int member = pids("member", 1).getFirst();
        int left = pids("left", 1).getFirst();
        Posix.kill(leader, Posix.SIGKILL);
        Awaitility.await().until(() -> !runs(leader));
        var orphan = ProcessWorkerHost.endOrphans(root()).getFirst();
        assertThat(orphan.ended()).contains(member, left);
        assertThat(List.of(member, left)).noneMatch(OrphansTest::runs);
    }

    @Test
    void a_sandbox_dies_with_its_runtime() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "needs bubblewrap");
        killRuntimeOf("sandbox:touch $MN_RUN_DIR/up; sleep 4321", home.resolve("runs/graph-1/up"));
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(
                                                ProcessHandle.allProcesses()
                                                        .map(p -> p.info().commandLine().orElse(""))
                                                        .filter(
                                                                line ->
                                                                        line.endsWith(
                                                                                "sleep 4321")))
                                        .isEmpty());
        assertThat(ProcessWorkerHost.endOrphans(root())).hasSize(1);
    }

    @Test
    void a_pid_that_was_given_to_somebody_else_is_left_alone() throws Exception {
        var other = new ProcessBuilder("sleep", "1000").start();
        started.add(other);
        record(
                "x.json",
                "{\"attempt_id\":\"x\",\"job_id\":\"j\",\"agent_id\":\"a\",\"boot_id\":\""
                        + AttemptRecord.bootId()
                        + "\",\"pid\":"
                        + other.pid()
                        + ",\"start_ticks\":1}");
        record(
                "y.json",
                "{\"attempt_id\":\"y\",\"job_id\":\"j\",\"agent_id\":\"a\",\"boot_id\":\"an earlier"
                        + " boot\",\"pid\":"
                        + other.pid()
                        + ",\"start_ticks\":"
                        + AttemptRecord.stat((int) other.pid())[AttemptRecord.START_TICKS]
                        + "}");
        assertThat(ProcessWorkerHost.endOrphans(root()))
                .allMatch(orphan -> orphan.ended().isEmpty());
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void a_record_says_whether_its_command_began() throws Exception {
        var open = "{\"attempt_id\":\"%s\",\"job_id\":\"j\",\"agent_id\":\"a\",\"boot_id\":\"%s\"";
        record("a.json", open.formatted("a", AttemptRecord.bootId()));
        record("b.json", open.formatted("b", AttemptRecord.bootId()));
        record("b.json.began", "");
        record("c.json", open.formatted("c", "an earlier boot"));
        record("d.json", "{\"attempt");
        assertThat(ProcessWorkerHost.endOrphans(root()))
                .extracting(Orphan::attemptId, Orphan::began)
                .containsExactly(
                        Tuple.tuple("a", false),
                        Tuple.tuple("b", true),
                        Tuple.tuple("c", true),
                        Tuple.tuple("", true));
        assertThat(files("attempts")).isEmpty();
    }

    @Test
    void where_nothing_was_left_there_is_nothing_to_do() throws Exception {
        assertThat(ProcessWorkerHost.endOrphans(home.resolve("never-used"))).isEmpty();
    }

    @Test
    void workers_of_another_root_are_left_alone() throws Exception {
        try (var workers = Workers.at(home.resolve("other"))) {
            var spec = Workers.sh("touch $MN_RUN_DIR/up; sleep 1000");
            var heard = workers.start(spec);
            Awaitility.await().until(() -> Files.exists(home.resolve("other/runs/graph-1/up")));
            Files.createDirectories(root().resolve("attempts"));
            assertThat(ProcessWorkerHost.endOrphans(root())).isEmpty();
            assertThat(heard.finishedWithin(100)).isFalse();
        }
    }

    private Path root() {
        return home.resolve("workers");
    }

    private void record(String name, String text) throws IOException {
        Files.createDirectories(root().resolve("attempts"));
        Files.writeString(root().resolve("attempts").resolve(name), text);
    }

    private List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(root().resolve(folder))) {
            return files.toList();
        }
    }

    private void killRuntimeOf(String script) throws Exception {
        killRuntimeOf(script, home.resolve(script.contains("/leader") ? "leader" : "pids"));
    }

    /** Starts a runtime of its own with one worker, and kills it once the worker is up. */
    private void killRuntimeOf(String script, Path up) throws Exception {
        var process =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LeftBehind.class.getName(),
                                home.toString(),
                                script)
                        .inheritIO()
                        .start();
        started.add(process);
        Awaitility.await().until(() -> Files.exists(up));
        process.destroyForcibly().waitFor();
    }

    private List<Integer> pids(String file, int count) {
        return Awaitility.await()
                .until(
                        () ->
                                Stream.of(Files.readString(home.resolve(file)).strip().split(" "))
                                        .filter(word -> !word.isEmpty())
                                        .map(Integer::valueOf)
                                        .toList(),
                        pids -> pids.size() == count);
    }

    private static boolean runs(int pid) {
        var stat = AttemptRecord.stat(pid);
        return stat.length > 0 && !stat[AttemptRecord.STATE].equals("Z");
    }
}
