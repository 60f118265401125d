package mirrorneuron.runtime.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.Asides;
import mirrorneuron.engine.job.EventCodec;
import mirrorneuron.engine.job.EventViews;
import mirrorneuron.engine.job.JobEvent;
import mirrorneuron.engine.job.RunInputs;
import mirrorneuron.engine.run.Aside;
import mirrorneuron.engine.run.Derived;
import mirrorneuron.engine.run.RunDocuments;
import mirrorneuron.engine.run.RunFold;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.runtime.job.Bodies;
import mirrorneuron.runtime.job.JobLoader;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one run's files up to its job's log. A batch is appended first and noted in the position
 * after; what a crash leaves in between is cut off and written again from the same events. So every
 * line is in its file exactly once, whenever the process dies.
 *
 * <p>Nothing is forced to disk here: until the job is deleted its log can write everything again,
 * and before that {@link #force} makes the files as durable as the log was.
 *
 * <p>Belongs to one thread at a time, except for {@link #sampled} and {@link #sequence}.
 */
final class Recording {

    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    /** Events read at once. */
    private static final int PAGE = 2_000;

    /** A larger batch is written in parts. */
    private static final int BATCH_BYTES = 4 << 20;

    /** Newer records alone are mirrored in {@code timeline.json}, beside the first. */
    private static final int TIMELINE_RECORDS_MAX = 5_000;

    /** Samples that wait for the next batch; more are not worth keeping. */
    private static final int SAMPLES_WAITING_MAX = 10_000;

    /** What all recordings share. */
    record Around(
            Store store,
            Bodies bodies,
            Function<String, KeptBundle> bundles,
            InstantSource clock,
            RunSettings settings,
            ServedFiles files) {}

    private final Around around;
    private final JobId job;
    private final String runId;
    private final String traceId;
    private final Optional<String> blueprintId;
    private final Path folder;
    private final Queue<JsonObject> samples = new ConcurrentLinkedQueue<>();
    private @Nullable Position position;
    private volatile long sequence;
    private volatile boolean closed;

    Recording(Around around, JobRecord record) {
        this.around = around;
        this.job = record.jobId();
        this.runId = RunIds.of(record);
        this.traceId = RunIds.traceOf(record);
        this.blueprintId = RunIds.blueprintOf(record);
        this.folder = around.settings().root().resolve(runId);
    }

    Path folder() {
        return folder;
    }

    /** The last event in the files, as far as this object knows. */
    long sequence() {
        return sequence;
    }

    /** True when the run has ended and its last files are written. */
    boolean closed() {
        return closed;
    }

    /** Takes a sample for the next batch; from any thread. */
    void sampled(JsonObject sample) {
        if (samples.size() < SAMPLES_WAITING_MAX) {
            samples.add(sample);
        }
    }

    /** Writes everything that is committed and not in the files yet. */
    void advance() throws IOException {
        var at = position();
        if (at.closed) {
            samples.clear();
            return;
        }
        boolean more = true;
        while (more) {
            var batch = new Batch();
            var groups = around.store().facts(job, at.sequence, PAGE);
            for (var group : groups) {
                for (var recorded : JobLoader.facts(job, group)) {
                    if (recorded.lastSequence() > at.sequence) {
                        add(recorded, at, batch);
                    }
                    if (batch.bytes() > BATCH_BYTES) {
                        append(at, batch);
                        note(at);
                        batch = new Batch();
                    }
                }
            }
            takeSamples(at, batch);
            append(at, batch);
            if (at.fold.ended()) {
                close(at);
                return;
            }
            more = !batch.isEmpty();
            if (more) {
                note(at);
            }
        }
    }

    private void add(EventCodec.Recorded recorded, Position at, Batch batch) {
        if (recorded.event() instanceof JobEvent.Submitted submitted) {
            batch.submitted = submitted;
        }
        var aside = Asides.of(recorded.event());
        var owner = Asides.typeOf(recorded.event());
        for (var event : EventViews.render(job, recorded.event(), recorded.sequence())) {
            long number = event.sequence().orElse(0);
            // The fold must see each event once; a part of a fact may be in the files already.
            if (number > Math.max(at.sequence, batch.last)) {
                batch.add(
                        at.fold.add(event, event.type().equals(owner) ? aside : Aside.NONE),
                        number);
            }
        }
    }

    private void takeSamples(Position at, Batch batch) {
        JsonObject sample;
        while ((sample = samples.poll()) != null) {
            at.fold.sample(sample);
            batch.line(RunFolder.SAMPLES, sample);
        }
    }

    /** Writes lines behind the noted end of each file; what is not noted does not count yet. */
    private void append(Position at, Batch batch) throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        Files.createDirectories(folder);
        var parts = fitting(at, batch).parts;
        for (var file : at.files.values()) {
            var part = parts.get(file.name());
            if (part != null && file.isFull(part.data.size(), around.settings().fileBytesMax())) {
                rotate(at, file);
            }
        }
        for (var file : at.files.values()) {
            var part = parts.get(file.name());
            if (part != null) {
                file.append(part.data.toByteArray(), part.lines, part.first, part.last);
            } else if (at.sequence == 0 && RunFolder.ALWAYS.contains(file.name())) {
                file.append(new byte[0], 0, "", "");
            }
        }
        new HumanFile(folder).add(batch.human);
        if (batch.submitted != null) {
            begin(batch.submitted);
        }
        at.sequence = Math.max(at.sequence, batch.last);
    }

    /**
     * The lines that still fit into the run: all of them, else one that says that it is full, and
     * none after that.
     */
    private Batch fitting(Position at, Batch batch) {
        if (!at.full) {
            long bytes = batch.bytes();
            for (var file : at.files.values()) {
                bytes += file.totalBytes();
            }
            long bytesMax = around.settings().runBytesMax();
            if (bytes <= bytesMax) {
                return batch;
            }
            at.full = true;
            var last = new Batch();
            last.line(RunFolder.EVENTS, at.fold.full(bytesMax));
            return last;
        }
        return new Batch();
    }

    /** What the run was begun with. Secrets are taken out by name. */
    private void begin(JobEvent.Submitted submitted) throws IOException {
        KeptBundle bundle;
        try {
            bundle = around.bundles().apply(submitted.fingerprint());
        } catch (StoreException missing) {
            if (missing.code() != ErrorCode.STORE_DAMAGED) {
                throw missing;
            }
            // The job says so itself; its other files are worth having all the same.
            LOG.warn("job {}: what it was begun with cannot be recorded", job, missing);
            return;
        }
        var given = submitted.submission();
        WholeFiles.write(
                folder.resolve(RunFolder.CONFIG),
                Redaction.byKey(JobLoader.configuration(bundle, given.configOverrides())));
        WholeFiles.write(
                folder.resolve(RunFolder.INPUTS),
                RunDocuments.inputs(
                        (JsonObject) around.bodies().restore(RunInputs.of(bundle.graph(), given))));
    }

    private void note(Position at) throws IOException {
        at.write(folder, job);
        sequence = at.sequence;
        if (!at.fold.status().equals(at.toldStatus)) {
            tell(at, around.store().record(job));
        }
    }

    /** Before anything of a batch is written, so that the note of it describes whole files. */
    private void rotate(Position at, LineFile file) throws IOException {
        at.writeRotating(folder, job, file);
        if (!LineFile.settle(folder, file.name(), file.segments())) {
            throw new IOException("parts of " + file.name() + " are missing");
        }
        file.rotated();
    }

    /** {@code run.json} and {@code job.json} follow the status. */
    private void tell(Position at, Optional<JobRecord> record) throws IOException {
        if (record.isPresent()) {
            WholeFiles.write(folder.resolve(RunFolder.RUN), at.fold.documents().run(record.get()));
            WholeFiles.write(folder.resolve(RunFolder.JOB), RunDocuments.job(record.get()));
            at.toldStatus = at.fold.status();
        }
    }

    private void close(Position at) throws IOException {
        Files.createDirectories(folder);
        var record = around.store().record(job);
        tell(at, record);
        var documents = at.fold.documents();
        if (record.isPresent()) {
            var result = around.bodies().restore(record.get().raw().at("result"));
            var output = result instanceof JsonObject object ? object.at("output") : JsonNull.NULL;
            writeUnlessForeign(RunFolder.RESULT, documents.result(record.get(), output));
            if (at.fold.status().equals("completed")) {
                var written =
                        WholeFiles.read(folder.resolve(RunFolder.RESULT))
                                .orElse(JsonObject.empty());
                writeUnlessForeign(
                        RunFolder.FINAL_ARTIFACT, documents.finalArtifact(written, output));
            }
        }
        var timeline = new TailReader(folder, RunFolder.TIMELINE).last(TIMELINE_RECORDS_MAX);
        WholeFiles.write(
                folder.resolve(RunFolder.TIMELINE_MIRROR),
                documents.timeline(timeline, timeline.size() == TIMELINE_RECORDS_MAX));
        var files = Artifacts.withoutLists(folder);
        WholeFiles.write(folder.resolve(RunFolder.SUMMARY), summary(at, files));
        WholeFiles.write(
                folder.resolve(RunFolder.ARTIFACTS),
                documents.artifacts(JsonArray.of(around.files().entries(files, runId))));
        at.closed = true;
        at.write(folder, job);
        sequence = at.sequence;
        closed = true;
    }

    /** A worker's own file of that name is left alone. */
    private void writeUnlessForeign(String name, JsonObject document) throws IOException {
        var file = folder.resolve(name);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            var there = WholeFiles.read(file);
            boolean ours =
                    there.isPresent()
                            && there.get().at("job_id").equals(document.at("job_id"))
                            && there.get().names().equals(document.names());
            if (!ours && (!Files.isRegularFile(file) || Files.size(file) > 0)) {
                return;
            }
        }
        WholeFiles.write(file, document);
    }

    /** The summary as of now. */
    JsonObject summary() throws IOException {
        return summary(position(), Artifacts.withoutLists(folder));
    }

    private JsonObject summary(Position at, List<Artifacts.Listed> files) {
        return at.fold.summary(around.clock().instant(), Artifacts.links(files, runId));
    }

    /** How often a file was rotated, for cursors of readers. */
    long generation(String name) throws IOException {
        var file = position().files.get(name);
        return file == null ? 0 : file.generation();
    }

    /** Throws away what was derived and derives it again. Workers' files and samples stay. */
    void rebuild() throws IOException {
        var kept = new ArrayList<JsonObject>();
        for (var file : LineFile.all(folder, RunFolder.SAMPLES)) {
            for (var sample : TailReader.whole(file)) {
                // Those with an event come from the log and will come again.
                if (!sample.has("event_id")) {
                    kept.add(sample);
                }
            }
        }
        Files.deleteIfExists(folder.resolve(RunFolder.POSITION));
        for (var name : Position.FILES) {
            LineFile.delete(folder, name);
        }
        var fresh = Position.begin(folder, job, runId, traceId, blueprintId);
        position = fresh;
        closed = false;
        // One by one: what a worker adds meanwhile must not go with those that are moved.
        JsonObject waiting;
        while ((waiting = samples.poll()) != null) {
            kept.add(waiting);
        }
        samples.addAll(kept);
        advance();
    }

    /** Forces the files to disk, before the log that could write them again goes away. */
    void force() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.READ))) {
                        channel.force(true);
                    }
                }
            }
        }
        try (var channel = FileChannel.open(folder, Set.of(StandardOpenOption.READ))) {
            channel.force(true);
        }
    }

    private Position position() throws IOException {
        var known = position;
        if (known != null) {
            return known;
        }
        var read = Position.read(folder, job, runId, traceId, blueprintId).filter(this::isWhole);
        if (read.isEmpty()) {
            if (Files.isDirectory(folder)) {
                rebuild();
            } else {
                position = Position.begin(folder, job, runId, traceId, blueprintId);
            }
            return position();
        }
        position = read.get();
        sequence = position.sequence;
        closed = position.closed;
        return position;
    }

    private boolean isWhole(Position found) {
        try {
            for (var file : found.files.values()) {
                if (file.name().equals(RunFolder.SAMPLES)) {
                    keepBeyond(file);
                }
                if (!file.cut()) {
                    return false;
                }
            }
            return true;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Samples of the machine that were written and not noted cannot be had again. */
    private void keepBeyond(LineFile file) throws IOException {
        var path = folder.resolve(file.name());
        if (Files.exists(path) && Files.size(path) > file.bytes()) {
            for (var sample : TailReader.from(path, file.bytes())) {
                if (!sample.has("event_id")) {
                    samples.add(sample);
                }
            }
        }
    }

    /** Lines for each file, gathered before anything is written. */
    private static final class Batch {
        final Map<String, Part> parts = new LinkedHashMap<>();
        final List<JsonObject> human = new ArrayList<>();
        JobEvent.@Nullable Submitted submitted;
        long last;
        private long bytes;

        void add(Derived derived, long sequence) {
            derived.events().forEach(line -> line(RunFolder.EVENTS, line));
            derived.logs().forEach(line -> line(RunFolder.LOGS, line));
            derived.errors().forEach(line -> line(RunFolder.ERRORS, line));
            derived.timeline().forEach(line -> line(RunFolder.TIMELINE, line));
            derived.samples().forEach(line -> line(RunFolder.SAMPLES, line));
            human.addAll(derived.human());
            last = sequence;
        }

        void line(String file, JsonObject record) {
            var part = parts.computeIfAbsent(file, _ -> new Part());
            var line = RunFold.line(record);
            part.data.writeBytes(line);
            part.lines++;
            part.last = record.string("ts").orElse("");
            if (part.first.isEmpty()) {
                part.first = part.last;
            }
            bytes += line.length;
        }

        long bytes() {
            return bytes;
        }

        boolean isEmpty() {
            return parts.isEmpty();
        }
    }

    private static final class Part {
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        int lines;
        String first = "";
        String last = "";
    }
}
