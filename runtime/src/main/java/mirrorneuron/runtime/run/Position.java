package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.RunFold;

/**
 * How far a run's files have come: the last event in them, how long each file is, and what the fold
 * remembers. It is replaced as a whole after each batch, so it always describes a state in which
 * every file was complete.
 */
final class Position {

    private static final int SCHEMA = 1;

    /** Files that the recorder alone writes, line by line. */
    static final String[] FILES = {
        RunFolder.EVENTS, RunFolder.LOGS, RunFolder.ERRORS, RunFolder.TIMELINE, RunFolder.SAMPLES
    };

    final Map<String, LineFile> files;
    final RunFold fold;
    private JsonObject notedFold;
    long sequence;
    boolean closed;

    /** The run has as many bytes as it may, so no more lines are written. */
    boolean full;

    /** The status that {@code run.json} says. */
    String toldStatus = "";

    private Position(Map<String, LineFile> files, RunFold fold) {
        this.files = files;
        this.fold = fold;
        this.notedFold = fold.state();
    }

    static Position begin(
            Path folder, JobId job, String runId, String traceId, Optional<String> blueprintId) {
        var files = new LinkedHashMap<String, LineFile>();
        for (var name : FILES) {
            files.put(name, new LineFile(folder, name));
        }
        return new Position(files, RunFold.begin(job, runId, traceId, blueprintId));
    }

    /**
     * What the folder says, with every file cut to its length and a rotation that was under way
     * done; empty when there is nothing, or nothing to go on with: then the run is written again.
     */
    static Optional<Position> read(
            Path folder, JobId job, String runId, String traceId, Optional<String> blueprintId)
            throws IOException {
        var document = WholeFiles.read(folder.resolve(RunFolder.POSITION));
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            return of(document.get(), folder, job, runId, traceId, blueprintId);
        } catch (ClassCastException | IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<Position> of(
            JsonObject json,
            Path folder,
            JobId job,
            String runId,
            String traceId,
            Optional<String> blueprintId)
            throws IOException {
        if (json.integer("schema").orElse(0) != SCHEMA
                || json.string("job_id").filter(job.value()::equals).isEmpty()) {
            return Optional.empty();
        }
        var rotating = json.object("rotating");
        var files = new LinkedHashMap<String, LineFile>();
        for (var name : FILES) {
            var file = LineFile.of(folder, name, json.object("files").object(name));
            if (rotating.string("file").filter(name::equals).isPresent()) {
                int before = (int) LineFile.count(rotating, "segments");
                if (!LineFile.settle(folder, name, before)) {
                    return Optional.empty();
                }
                file.rotated();
            }
            files.put(name, file);
        }
        var position =
                new Position(
                        files, RunFold.of(job, runId, traceId, blueprintId, json.object("fold")));
        position.sequence = json.integer("seq").orElse(0);
        position.full = json.bool("full").orElse(false);
        position.closed = json.bool("closed").orElse(false);
        position.toldStatus = json.string("told_status").orElse("");
        if (!rotating.isEmpty()) {
            position.write(folder, job);
        }
        return Optional.of(position);
    }

    void write(Path folder, JobId job) throws IOException {
        notedFold = fold.state();
        WholeFiles.write(folder.resolve(RunFolder.POSITION), document(job).build());
    }

    /**
     * Notes that a file is about to be rotated, so that a crash in the middle can be made good. The
     * fold may have gone on already; what is noted is where the files are.
     */
    void writeRotating(Path folder, JobId job, LineFile file) throws IOException {
        WholeFiles.write(
                folder.resolve(RunFolder.POSITION),
                document(job)
                        .put(
                                "rotating",
                                JsonObject.builder()
                                        .put("file", file.name())
                                        .put("segments", file.segments())
                                        .build())
                        .build());
    }

    private JsonObject.Builder document(JobId job) {
        var lengths = JsonObject.builder();
        files.forEach((name, file) -> lengths.put(name, file.state()));
        return JsonObject.builder()
                .put("schema", SCHEMA)
                .put("job_id", job.value())
                .put("seq", sequence)
                .put("closed", closed)
                .put("full", full)
                .put("told_status", toldStatus)
                .put("files", lengths.build())
                .put("fold", notedFold);
    }
}
