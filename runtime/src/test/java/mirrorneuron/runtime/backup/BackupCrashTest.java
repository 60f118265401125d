package mirrorneuron.runtime.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.NoSuchJobException;
import mirrorneuron.api.PauseOptions;
import mirrorneuron.api.RunId;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.bundle.BundleLimits;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.ReadBundle;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.runtime.run.RunNames;
import mirrorneuron.store.Store;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process dies at each write of a restore: the whole job is there then, or nothing of it. */
@Timeout(60)
class BackupCrashTest {

    private static final JobId JOB = JobId.of("old-job");

    /** The process is gone. */
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @TempDir Path folder;

    private final List<JobId> restored = new ArrayList<>();
    private Path archive;

    @BeforeEach
    void an_archive() {
        archive = folder.resolve("job.zip");
        try (var mn = MirrorNeuron.embedded().home(folder.resolve("home")).start()) {
            mn.jobs()
                    .submit(
                            BundleSource.manifest(
                                    """
                                    {"manifest_version":"1.0","graph_id":"door",
                                     "entrypoints":["door"],"initial_inputs":{"door":[]},
                                     "nodes":[{"node_id":"door","agent_type":"sensor",
                                       "config":{"complete_after":2,"complete_run":true}}],
                                     "edges":[]}
                                    """),
                            SubmitOptions.defaults().withJobId(JOB).withRunId(RunId.of("old-run")))
                    .orThrow();
            mn.jobs().pause(JOB, PauseOptions.defaults());
            try (var backup = mn.backups().export(JOB)) {
                mn.backups().writeZip(backup, archive);
            }
        }
    }

    private LocalBackups over(Store store) {
        var library = new BundleLibrary(store, folder.resolve("bundles"), ManifestLimits.DEFAULT);
        var loader = new JobLoader(store, library);
        return new LocalBackups(
                store,
                new LocalBackups.Look() {
                    @Override
                    public <T> T at(JobId job, java.util.function.Function<Job, T> question) {
                        return question.apply(
                                loader.load(job)
                                        .orElseThrow(() -> new NoSuchJobException(job.value()))
                                        .job());
                    }
                },
                new Places(folder.resolve("runs"), folder.resolve("job-data")),
                new RunNames(store, folder.resolve("runs")),
                library::find,
                _ -> {},
                new BundleReader(folder, BundleLimits.DEFAULT),
                ManifestLimits.DEFAULT,
                contents -> kept(library, contents),
                new Scratch(folder.resolve("scratch")),
                InstantSource.system(),
                new Random(1),
                "node-2",
                restored::add);
    }

    private static mirrorneuron.runtime.bundle.KeptBundle kept(
            BundleLibrary library, ReadBundle.Contents contents) {
        try {
            return library.keep(contents);
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    /** A store whose process dies instead of the nth write, or after it. */
    private static Store dying(Store store, int write, boolean after) {
        var writes = new AtomicInteger();
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            boolean writing = List.of("put", "adopt").contains(method.getName());
                            boolean now = writing && writes.incrementAndGet() == write;
                            if (now && !after) {
                                throw new Gone();
                            }
                            try {
                                var answer = method.invoke(store, arguments);
                                if (now) {
                                    throw new Gone();
                                }
                                return answer;
                            } catch (InvocationTargetException refused) {
                                throw refused.getCause();
                            }
                        });
    }

    private void restore(LocalBackups backups) {
        try (var backup = backups.readZip(archive)) {
            var unused =
                    backups.restore(
                            backup, RestoreMode.CONTINUE, Optional.empty(), Optional.empty());
        }
    }

    @Test
    void a_process_that_dies_while_it_restores_leaves_the_whole_job_or_none() throws Exception {
        // The bundle, the run's name, the job itself.
        for (int write = 1; write <= 3; write++) {
            for (boolean after : new boolean[] {false, true}) {
                var store = new MemoryStore();
                int dead = write;
                assertThatThrownBy(() -> restore(over(dying(store, dead, after))))
                        .isInstanceOf(Gone.class);
                boolean there = write == 3 && after;
                assertThat(store.record(JOB).isPresent()).as("write %d", write).isEqualTo(there);
                assertThat(store.unfinished()).hasSize(there ? 1 : 0);
                assertThat(new RunNames(store, folder.resolve("runs")).find("old-run").isPresent())
                        .isEqualTo(there);
                if (!there) {
                    // The next try finds nothing in its way.
                    restore(over(store));
                }
                var record = store.record(JOB).orElseThrow();
                assertThat(record.status()).isEqualTo(JobStatus.PAUSED);
                assertThat(store.load(JOB).orElseThrow().snapshot()).isPresent();
            }
        }
        assertThat(restored).hasSize(5);
        assertThat(Files.exists(folder.resolve("runs/old-run/run.json"))).isFalse();
    }
}
