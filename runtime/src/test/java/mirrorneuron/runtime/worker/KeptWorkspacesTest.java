package mirrorneuron.runtime.worker;

import static mirrorneuron.runtime.worker.Workers.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import mirrorneuron.api.JobId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces that stay, stay until their job has ended, and no longer. */
@Timeout(60)
class KeptWorkspacesTest {

    @TempDir Path home;

    private static Workers.Spec keeping(String job, String script) {
        return sh(script)
                .with(
                        spec -> {
                            spec.job = job;
                            spec.persistent = true;
                        });
    }

    private static Path workspace(Workers workers, String job) {
        return Path.of(workers.succeed(keeping(job, "pwd")).stdout().strip());
    }

    private static Path jobFolder(Path workspace) {
        return Objects.requireNonNull(workspace.getParent());
    }

    private static void awaitGone(Path folder) {
        await().until(() -> !Files.exists(folder));
    }

    @Test
    void they_stay_side_by_side_and_go_with_their_job() throws Exception {
        try (var workers = Workers.at(home)) {
            var first = workspace(workers, "graph-1");
            var second = workspace(workers, "graph-1");
            var others = workspace(workers, "graph-2");
            assertThat(first).isNotEqualTo(second).hasParent(jobFolder(second));
            assertThat(first.resolve("mirror_neuron_input.json")).exists();

            workers.host.jobEnded(JobId.of("graph-1"));
            awaitGone(jobFolder(first));
            assertThat(others.resolve("mirror_neuron_input.json")).exists();
            workers.host.jobEnded(JobId.of("graph-2"));
            awaitGone(jobFolder(others));
            assertThat(kept()).isEmpty();
        }
    }

    @Test
    void a_job_that_kept_nothing_leaves_nothing() throws Exception {
        try (var workers = Workers.at(home)) {
            workers.succeed(sh("true"));
            workers.host.jobEnded(JobId.of("graph-1"));
            assertThat(kept()).isEmpty();
        }
    }

    @Test
    void an_attempt_that_is_being_stopped_has_its_workspace_to_the_last() throws Exception {
        try (var workers = Workers.at(home)) {
            var earlier = workspace(workers, "graph-1");
            var started = home.resolve("started");
            var seen = home.resolve("seen");
            var spec =
                    keeping(
                            "graph-1",
                            "trap 'ls >"
                                    + seen
                                    + "; exit 1' TERM; touch "
                                    + started
                                    + "; while :; do sleep 0.05; done");
            var attempt = workers.start(spec);
            await().until(() -> Files.exists(started));

            workers.host.jobEnded(JobId.of("graph-1"));
            workers.host.stop(spec.attemptId);
            attempt.outcome();
            awaitGone(jobFolder(earlier));
            assertThat(Files.readAllLines(seen)).contains("mirror_neuron_input.json");
        }
    }

    @Test
    void what_a_crash_left_goes_at_the_next_start_unless_its_job_goes_on() throws Exception {
        Path over;
        Path open;
        try (var workers = Workers.at(home)) {
            over = workspace(workers, "over");
            open = workspace(workers, "open");
        }
        ProcessWorkerHost.endOrphans(home.resolve("workers"));
        try (var workers = Workers.at(home)) {
            workers.host.sweep(List.of(JobId.of("open"), JobId.of("another")));
            awaitGone(jobFolder(over));
            assertThat(open.resolve("mirror_neuron_input.json")).exists();

            // It ends although nothing of it ran here since.
            workers.host.jobEnded(JobId.of("open"));
            awaitGone(jobFolder(open));
        }
    }

    private List<String> kept() throws IOException {
        try (var folders = Files.list(home.resolve("workers/kept"))) {
            return folders.map(folder -> folder.getFileName().toString()).toList();
        }
    }
}
