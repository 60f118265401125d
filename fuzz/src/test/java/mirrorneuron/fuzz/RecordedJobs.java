package mirrorneuron.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.JobId;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLibrary;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.store.rocksdb.RocksStore;

/**
 * What homes hold of jobs that really ran: examples, some of them still waiting. {@link #main}
 * records them anew, which is due when what a home holds changes its form.
 */
final class RecordedJobs {

    private static final Path FOLDER = Path.of("src/test/resources/jobs");

    /** Its run's files are kept, too: it waits for a person. */
    static final String RUN = "approval";

    private static final List<String> EXAMPLES =
            List.of("approval", "flaky_worker", "dynamic_research", "teardown");

    private RecordedJobs() {}

    /**
     * @param bundle the document that the library keeps
     * @param facts lines, from the first on
     */
    record Recorded(String name, byte[] bundle, byte[] record, byte[] snapshot, byte[] facts) {}

    /** The files of the one run that is kept. */
    static Path run() {
        return FOLDER.resolve(RUN).resolve("run");
    }

    static List<Recorded> all() {
        var all = new ArrayList<Recorded>();
        for (var name : EXAMPLES) {
            var folder = FOLDER.resolve(name);
            all.add(
                    new Recorded(
                            name,
                            Corpus.bytes(folder.resolve("bundle.json")),
                            Corpus.bytes(folder.resolve("record.json")),
                            Corpus.bytes(folder.resolve("snapshot.json")),
                            Corpus.bytes(folder.resolve("facts.jsonl"))));
        }
        return all;
    }

    /** Records into the resources of this module; its argument is an empty folder. */
    public static void main(String[] args) throws Exception {
        var home = Path.of(args[0]);
        var jobs = new ArrayList<JobId>();
        try (var mn = MirrorNeuron.embedded().home(home).start()) {
            for (var example : EXAMPLES) {
                var folder = BundleSource.folder(Path.of("..", "examples", example));
                jobs.add(
                        mn.jobs()
                                .submit(
                                        folder,
                                        SubmitOptions.defaults().withJobId(JobId.of(example)))
                                .orThrow());
            }
            for (var job : jobs) {
                mn.jobs().await(job, Duration.ofSeconds(15));
            }
        }
        try (var store = RocksStore.open(home)) {
            var loader =
                    new JobLoader(
                            store,
                            new BundleLibrary(
                                    store, home.resolve("bundles"), ManifestLimits.DEFAULT));
            for (int i = 0; i < jobs.size(); i++) {
                record(EXAMPLES.get(i), home, jobs.get(i), store, loader);
            }
        }
    }

    private static void record(
            String name, Path home, JobId job, RocksStore store, JobLoader loader)
            throws IOException {
        var folder = Files.createDirectories(FOLDER.resolve(name));
        var loaded = loader.load(job).orElseThrow().job();
        var facts = new ByteArrayOutputStream();
        store.facts(job, 0, Integer.MAX_VALUE).forEach(group -> facts.writeBytes(group.lines()));
        var snapshot = SnapshotCodec.write(loaded);
        var fingerprint = SnapshotCodec.fingerprint((JsonObject) Json.parse(snapshot));
        write(folder.resolve("facts.jsonl"), facts.toByteArray());
        write(folder.resolve("snapshot.json"), snapshot);
        write(folder.resolve("bundle.json"), store.get("bundle", fingerprint).orElseThrow());
        write(folder.resolve("record.json"), Json.bytes(store.record(job).orElseThrow().raw()));
        if (!name.equals(RUN)) {
            return;
        }
        var run = Files.createDirectories(folder.resolve("run"));
        try (var files = Files.list(home.resolve("runs").resolve(job.value()))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                write(run.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
    }

    /** Says nothing of the machine on which it was recorded. */
    private static void write(Path file, byte[] content) throws IOException {
        var here = Path.of("..").toRealPath().toString();
        Files.writeString(file, new String(content, UTF_8).replace(here, ""));
    }
}
