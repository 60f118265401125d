package mirrorneuron.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobEvent;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.worker.LeaseDesk;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.bundle.BundleLimits;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.ReadBundle;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However often a command says that it lives, the log says so once in five seconds. */
class BeaconSamplingTest {

    private static final JobId JOB = JobId.of("g-1");

    private final MemoryStore store = new MemoryStore();
    private final OneWorker worker = new OneWorker();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int commits;

    @BeforeEach
    void a_job_with_a_running_command() throws IOException {
        var bodies = new Bodies(store.blobs());
        var library = new BundleLibrary(store, Path.of("never-laid-out"), ManifestLimits.DEFAULT);
        var jobs =
                new LocalJobs(
                        new JobLoader(store, library),
                        "node-1",
                        (_, _) -> commits++,
                        _ -> Long.MAX_VALUE,
                        listener ->
                                new JobActor.Surroundings(
                                        store,
                                        worker,
                                        bodies,
                                        () -> now,
                                        listener,
                                        Runnable::run,
                                        1 << 20,
                                        10_000));
        jobs.submit(JOB, library.keep(bundle()), Job.Submission.none(), Optional.empty());
    }

    private static ReadBundle.Contents bundle() throws IOException {
        var manifest =
                """
                {"manifest_version": "1.0", "graph_id": "g", "entrypoints": ["x"],
                 "nodes": [{"node_id": "x", "agent_type": "executor",
                            "config": {"command": ["true"], "max_attempts": 2, "retry_on": [7]}}]}
                """;
        return new BundleReader(Path.of("never-inflated"), BundleLimits.DEFAULT)
                .read(BundleSource.manifest(manifest), ManifestLimits.DEFAULT)
                .contents()
                .orElseThrow();
    }

    @Test
    void those_between_two_samples_cost_nothing() {
        worker.beacon(1);
        int before = commits;
        for (int n = 2; n < 1_000; n++) {
            worker.beacon(n);
        }
        now = now.plusMillis(4_999);
        worker.beacon(1_000);
        assertThat(commits).isEqualTo(before);
        assertThat(recorded()).containsExactly(1L);

        now = now.plusMillis(1);
        worker.beacon(1_001);
        assertThat(commits).isEqualTo(before + 1);
        assertThat(recorded()).containsExactly(1L, 1_001L);
    }

    @Test
    void a_clock_that_is_set_back_silences_nobody() {
        worker.beacon(1);
        now = now.minusSeconds(3_600);
        worker.beacon(2);
        worker.beacon(3);
        now = now.plusSeconds(5);
        worker.beacon(4);
        assertThat(recorded()).containsExactly(1L, 2L, 4L);
    }

    @Test
    void each_attempt_is_sampled_for_itself() {
        worker.beacon(1);
        worker.fails(7);
        now = now.plusMillis(500);
        worker.rings();
        worker.beacon(2);
        assertThat(recorded()).containsExactly(1L, 2L);
    }

    /** The numbers of the beacons in the log. */
    private List<Long> recorded() {
        return store.facts(JOB, 0, Integer.MAX_VALUE).stream()
                .flatMap(group -> EventCodec.readForViews(group.lines()).stream())
                .map(EventCodec.Recorded::event)
                .filter(JobEvent.Noted.class::isInstance)
                .map(JobEvent.Noted.class::cast)
                .filter(noted -> noted.type().equals("agent_beacon"))
                .map(noted -> noted.payload().integer("n").orElseThrow())
                .toList();
    }

    /** An outside with slots for everybody and one command, which the test speaks for. */
    private static final class OneWorker implements Outside {

        private final List<Runnable> alarms = new ArrayList<>();
        private Optional<Answers> running = Optional.empty();

        void beacon(int n) {
            running.orElseThrow().beacon(JsonObject.of("n", JsonNumber.of(n)));
        }

        void fails(int exitCode) {
            running.orElseThrow()
                    .worker(
                            new WorkerOutcome.Failed(
                                    "host-local-1",
                                    "",
                                    "",
                                    WorkerOutcome.Cause.EXIT_STATUS,
                                    OptionalInt.of(exitCode),
                                    "command exited with status " + exitCode));
        }

        void rings() {
            List.copyOf(alarms).forEach(Runnable::run);
        }

        @Override
        public void requestLease(
                JobId job, String key, Effect.RequestLease request, Answers answers) {
            answers.lease(new LeaseDesk.Granted(key, 0));
        }

        @Override
        public boolean withdrawLease(String key) {
            return false;
        }

        @Override
        public void releaseLease(String key) {}

        @Override
        public void startWorker(
                JobId job,
                String key,
                Effect.StartWorker start,
                JobContext context,
                Answers answers) {
            running = Optional.of(answers);
        }

        @Override
        public void callModule(
                JobId job,
                String key,
                Effect.CallModule call,
                JobContext context,
                Answers answers) {
            throw new IllegalStateException("module: " + key + " (expected: none)");
        }

        @Override
        public void stop(String key) {}

        @Override
        public void jobEnded(JobId job) {}

        @Override
        public Cancellable after(Duration delay, Runnable action) {
            alarms.add(action);
            return () -> alarms.remove(action);
        }
    }
}
