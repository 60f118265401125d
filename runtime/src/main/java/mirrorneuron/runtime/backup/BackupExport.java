package mirrorneuron.runtime.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import mirrorneuron.api.Backups.ExportOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.PreconditionFailedException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.message.Reference;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.store.Store;

/**
 * Lays a paused job out as a backup. The job's state is read once, between two of its turns; facts
 * are never changed and everything else is named after its content, so what is copied afterwards
 * belongs to that state.
 */
final class BackupExport {

    private static final int EVENTS_PAGE = 2_000;
    private static final byte[] REFERENCE = "\"artifact_id\"".getBytes(StandardCharsets.US_ASCII);

    private final Store store;
    private final Places places;
    private final Function<String, KeptBundle> bundles;
    private final Scratch scratch;
    private final InstantSource clock;
    private final Consumer<JobId> recorded;

    /**
     * @param recorded brings the files of a job's run up to its log
     */
    BackupExport(
            Store store,
            Places places,
            Function<String, KeptBundle> bundles,
            Scratch scratch,
            InstantSource clock,
            Consumer<JobId> recorded) {
        this.store = store;
        this.places = places;
        this.bundles = bundles;
        this.scratch = scratch;
        this.clock = clock;
        this.recorded = recorded;
    }

    /** A job as it was between two turns. */
    record Frozen(
            JobId id,
            JobStatus status,
            long sequence,
            String runId,
            String graphId,
            JsonObject record,
            JsonArray agents,
            JsonArray deadLetters,
            byte[] snapshot) {}

    /** What a job is now; asked of it between two turns, or as it is stored. */
    Frozen freeze(Job job) {
        if (job.status() != JobStatus.PAUSED) {
            throw new PreconditionFailedException(
                    "Expected to back up job "
                            + job.id()
                            + ", but it is "
                            + job.status().wire()
                            + ": pause it first");
        }
        return new Frozen(
                job.id(),
                job.status(),
                job.sequence(),
                job.runId(),
                job.graph().manifest().graphId(),
                JobViews.record(job, JsonObject.empty()),
                JsonArray.of(JobViews.snapshots(job).stream().map(agent -> agent.raw()).toList()),
                JsonArray.of(
                        store.deadLetters(job.id()).stream()
                                .map(letter -> letter.toJson())
                                .toList()),
                SnapshotCodec.write(job));
    }

    BackupFolder export(Frozen job, ExportOptions options) {
        requireRoom(job.id(), "state", job.snapshot().length, Sections.DOCUMENT_BYTES_MAX);
        var snapshot = (JsonObject) Json.parse(job.snapshot());
        var bundle = bundles.apply(SnapshotCodec.fingerprint(snapshot));
        if (options.airGapped()) {
            requireNothingOfTheNetwork(job.id(), bundle);
        }
        Path root = null;
        BackupFolder made = null;
        try {
            root = scratch.fresh();
            var folder = new BackupFolder(root, root, JsonObject.empty());
            folder.write(Sections.SNAPSHOT, job.snapshot());
            folder.write(Sections.AGENTS, Json.bytes(job.agents()));
            var record = job.record().with("manifest_ref", bundle.manifestRef());
            folder.write(Sections.JOB, Json.bytes(record));
            folder.write(Sections.DEAD_LETTERS, Json.bytes(job.deadLetters()));
            var values = new Values(folder);
            values.of(snapshot);
            values.of(job.deadLetters());
            log(job, folder, values);
            bundle(bundle, folder);
            recorded.accept(job.id());
            var leftOut =
                    Trees.copy(
                            places.run(job.runId()),
                            folder.at(Sections.RUN_STORE),
                            path -> !RestoredFiles.isRecorders(path));
            leftOut.addAll(
                    Trees.copy(places.data(job.id()), folder.at(Sections.JOB_DATA), _ -> true));
            var description =
                    description(job, record, folder, bundle)
                            .with("air_gapped", JsonBool.of(options.airGapped()))
                            .with("left_out", JsonArray.ofStrings(leftOut));
            made = new BackupFolder(root, root, description);
            made.write(Sections.DESCRIPTION, Json.bytes(made.description()));
            return made;
        } catch (IOException failure) {
            throw Refusals.unavailable("back up job " + job.id(), failure);
        } finally {
            if (made == null && root != null) {
                Scratch.drop(root);
            }
        }
    }

    private static void requireNothingOfTheNetwork(JobId job, KeptBundle bundle) {
        var needing = new ArrayList<String>();
        for (var node : bundle.graph().manifest().nodes()) {
            if (node.behaviour() instanceof Behaviour.Executor executor
                    && executor.python()
                            .filter(
                                    python ->
                                            python.requirements().isPresent()
                                                    || !python.packages().isEmpty())
                            .isPresent()) {
                needing.add(node.id().value());
            }
        }
        if (!needing.isEmpty()) {
            throw new PreconditionFailedException(
                    "Expected job "
                            + job
                            + " to need nothing of the network, but these agents install Python"
                            + " packages: "
                            + String.join(", ", needing));
        }
    }

    /** Copies values that travel as references, and those that these refer to. */
    private final class Values {

        private final BackupFolder folder;
        private final Set<String> copied = new HashSet<>();

        Values(BackupFolder folder) {
            this.folder = folder;
        }

        void of(JsonValue document) throws IOException {
            var found = new ArrayList<Reference>();
            Reference.each(document, found::add);
            for (var reference : found) {
                if (copied.add(reference.sha256())) {
                    copy(reference.sha256());
                }
            }
        }

        /** A reference to nothing that is here may be anybody's document. */
        private void copy(String sha256) throws IOException {
            var bytes = store.blobs().get(sha256);
            if (bytes.isPresent()) {
                folder.write(Sections.BLOBS + "/" + sha256, bytes.get());
                try {
                    of(Json.parse(bytes.get()));
                } catch (JsonParseException notJson) {
                    // A document that looks like a reference may name any file of the home.
                    return;
                }
            }
        }
    }

    private void log(Frozen job, BackupFolder folder, Values values) throws IOException {
        var file = folder.at(Sections.LOG);
        long after = 0;
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (var groups = store.facts(job.id(), after, EVENTS_PAGE);
                    !groups.isEmpty() && after < job.sequence();
                    groups = store.facts(job.id(), after, EVENTS_PAGE)) {
                for (var group : groups) {
                    // Messages may still come in for a paused job; they came too late.
                    if (group.firstSequence() <= job.sequence()) {
                        lines(group.lines(), out, values);
                    }
                    after = group.lastSequence();
                }
            }
        }
        if (after < job.sequence()) {
            throw new IOException("its log ends at event " + after + " of " + job.sequence());
        }
        requireRoom(job.id(), "log", Files.size(file), Sections.LOG_BYTES_MAX);
    }

    private static void requireRoom(JobId job, String what, long bytes, long bytesMax) {
        if (bytes > bytesMax) {
            throw Refusals.invalid(
                    "Expected the "
                            + what
                            + " of job "
                            + job
                            + " to have at most "
                            + bytesMax
                            + " bytes, so that it can be restored, but it has "
                            + bytes);
        }
    }

    private static void lines(byte[] lines, OutputStream out, Values values) throws IOException {
        out.write(lines);
        if (lines.length > 0 && lines[lines.length - 1] != '\n') {
            out.write('\n');
        }
        int from = 0;
        for (int at = 0; at <= lines.length; at++) {
            if (at == lines.length || lines[at] == '\n') {
                if (mayRefer(lines, from, at)) {
                    values.of(Json.parse(lines, from, at));
                }
                from = at + 1;
            }
        }
    }

    /** Most lines hold no reference, and are known without reading them. */
    private static boolean mayRefer(byte[] lines, int from, int to) {
        for (int at = from; at <= to - REFERENCE.length; at++) {
            int matched = 0;
            while (matched < REFERENCE.length && lines[at + matched] == REFERENCE[matched]) {
                matched++;
            }
            if (matched == REFERENCE.length) {
                return true;
            }
        }
        return false;
    }

    private static void bundle(KeptBundle bundle, BackupFolder folder) throws IOException {
        var manifest = bundle.graph().manifest().raw();
        folder.write(
                Sections.MANIFEST, (Json.pretty(manifest) + "\n").getBytes(StandardCharsets.UTF_8));
        if (!bundle.configuration().isEmpty()) {
            folder.write(Sections.CONFIG, Json.bytes(bundle.configuration()));
        }
        Trees.copy(bundle.payloads(), folder.at(Sections.PAYLOADS), _ -> true);
    }

    private JsonObject description(
            Frozen job, JsonObject record, BackupFolder folder, KeptBundle bundle)
            throws IOException {
        var files = new ArrayList<JsonValue>();
        for (var file : Trees.files(folder.at(Sections.BUNDLE)).entrySet()) {
            var sum = Checksums.of(file.getValue());
            files.add(
                    JsonObject.builder()
                            .put("path", file.getKey())
                            .put("size", sum.size())
                            .put("sha256", sum.sha256())
                            .put(
                                    "executable",
                                    file.getKey().startsWith("payloads/")
                                            && Files.isExecutable(file.getValue()))
                            .build());
        }
        return JsonObject.builder()
                .put("schema_version", Sections.V3)
                .put("created_at", Timestamps.format(clock.instant()))
                .put(
                        "source",
                        JsonObject.builder()
                                .put("job_id", job.id().value())
                                .put("run_id", job.runId())
                                .put(
                                        "blueprint_id",
                                        Source.blueprintId(record, bundle.graph().manifest().raw())
                                                .orElse(job.graphId()))
                                .put("graph_id", job.graphId())
                                .put("submitted_at", record.at("submitted_at"))
                                .put("status", job.status().wire())
                                .build())
                .put(
                        "target_policy",
                        JsonObject.builder()
                                .put("restore_mode", "clone")
                                .put("status_after_restore", "paused")
                                .put("job_id", "generate_new")
                                .put("run_id", "generate_new")
                                .build())
                .put(
                        "platform",
                        JsonObject.builder()
                                .put("os", System.getProperty("os.name", ""))
                                .put("arch", System.getProperty("os.arch", ""))
                                .build())
                .put("sections", sections(folder))
                .put(
                        "bundle",
                        JsonObject.builder()
                                .put("file_count", files.size())
                                .put("files", JsonArray.of(files))
                                .build())
                .build();
    }

    private static JsonObject sections(BackupFolder folder) throws IOException {
        var sections = JsonObject.builder();
        for (var document : Sections.REQUIRED) {
            sections.put(document, folder.has(document));
        }
        for (var tree : Sections.TREES) {
            sections.put(tree, Trees.files(folder.at(tree)).size());
        }
        return sections.build();
    }
}
