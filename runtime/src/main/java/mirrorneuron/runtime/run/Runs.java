package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.NoSuchEntityException;
import mirrorneuron.api.Redaction;
import mirrorneuron.api.RunFiles;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be read of a run: the public interface, and what the server shows beyond it.
 * Each read sees what was committed before it, whether the recorder had come that far or not; a run
 * whose job was deleted is read from its folder.
 *
 * <p>Safe from any thread. Every method throws {@link InvalidRequestException} ({@code INVALID_ID})
 * for what is no run id and {@link NoSuchEntityException} ({@code RUN_NOT_FOUND}) for a run that
 * there is not.
 *
 * @see "REST contract, section 6"
 */
public final class Runs implements RunFiles {

    /** Records that one read gives at most. */
    public static final int LIMIT_MAX = 5_000;

    /** The channels of a stream that names none. */
    public static final Set<String> CHANNELS_DEFAULT =
            Set.of("events", "logs", "human", "resources");

    private static final List<String> LEVELS =
            List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL");

    private final RunNames names;
    private final RunRecorder recorder;
    private final ServedFiles files;
    private final Function<JobId, Path> jobOutput;
    private final InstantSource clock;
    private final HumanAnswers answers;

    /**
     * @param jobOutput the folder that a job's runs share
     */
    public Runs(
            RunNames names,
            RunRecorder recorder,
            Function<JobId, Path> jobOutput,
            InstantSource clock,
            Jobs jobs) {
        this.names = names;
        this.recorder = recorder;
        this.files = recorder.files();
        this.jobOutput = jobOutput;
        this.clock = clock;
        this.answers = new HumanAnswers(jobs, clock);
    }

    /** A run's folder at a moment when nobody else writes in it. */
    record View(
            String runId, Path folder, Optional<JobRecord> record, @Nullable Recording recording) {

        String jobId() {
            return record.map(found -> found.jobId().value()).orElse("");
        }

        HumanDesk desk() throws IOException {
            return HumanDesk.of(
                    new HumanFile(folder).records(),
                    runId,
                    jobId(),
                    record.map(found -> Timestamps.format(found.submittedAt()))
                            .orElse("1970-01-01T00:00:00.000Z"));
        }
    }

    interface Read<T> {
        T of(View view) throws IOException;
    }

    <T> T read(String runId, Read<T> read) {
        if (!RunIds.isRunId(runId)) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_ID,
                    "run id: \"" + runId + "\" (expected: letters, digits, _ . and -)",
                    null);
        }
        try {
            return found(runId, read);
        } catch (StoreException refused) {
            throw new RuntimeUnavailableException(
                    refused.code(), String.valueOf(refused.getMessage()), refused);
        }
    }

    private <T> T found(String runId, Read<T> read) {
        var record = names.find(runId);
        if (record.isPresent()) {
            return recorder.reading(
                    record.get(),
                    recording -> read.of(new View(runId, recording.folder(), record, recording)));
        }
        if (!recorder.hasFolder(runId)) {
            throw new NoSuchEntityException(
                    ErrorCode.RUN_NOT_FOUND, "Run " + runId + " was not found", null);
        }
        try {
            return read.of(new View(runId, recorder.folder(runId), Optional.empty(), null));
        } catch (IOException failure) {
            throw new RuntimeUnavailableException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to read the files of run "
                            + runId
                            + ", but: "
                            + failure.getClass().getSimpleName(),
                    failure);
        }
    }

    private static NoSuchEntityException missing(ErrorCode code, String what, String runId) {
        return new NoSuchEntityException(code, what + " of run " + runId + " was not found", null);
    }

    /** The job of a run; empty when the job was deleted and its files are left. */
    public Optional<JobId> jobOf(String runId) {
        return read(runId, view -> view.record().map(JobRecord::jobId));
    }

    @Override
    public JsonObject run(String runId) {
        return read(runId, view -> document(view, RunFolder.RUN).orElse(JsonObject.empty()));
    }

    private static Optional<JsonObject> document(View view, String name) throws IOException {
        return WholeFiles.read(view.folder().resolve(name));
    }

    @Override
    public JsonObject result(String runId) {
        return read(
                runId,
                view ->
                        document(view, RunFolder.RESULT)
                                .orElseThrow(
                                        () ->
                                                missing(
                                                        ErrorCode.RESULT_NOT_FOUND,
                                                        "The result",
                                                        runId)));
    }

    @Override
    public JsonObject finalArtifact(String runId) {
        return read(
                runId,
                view ->
                        document(view, RunFolder.FINAL_ARTIFACT)
                                .orElseThrow(
                                        () ->
                                                missing(
                                                        ErrorCode.ARTIFACT_NOT_FOUND,
                                                        "The final artifact",
                                                        runId)));
    }

    @Override
    public JsonObject artifacts(String runId) {
        return read(
                runId,
                view -> {
                    var listed = files.artifacts(view.folder(), runId, shared(view));
                    return JsonObject.builder()
                            .put("run_id", runId)
                            .put("artifacts", listed)
                            .put("data", listed)
                            .build();
                });
    }

    /**
     * A file of the run by relative path, else by artifact id.
     *
     * @throws NoSuchEntityException {@code ARTIFACT_NOT_FOUND} when there is none, and for every
     *     path that would leave the run's folder
     */
    public OpenedFile artifact(String runId, String pathOrId) {
        return read(
                runId,
                view ->
                        files.open(view.folder(), pathOrId)
                                .orElseThrow(
                                        () ->
                                                new NoSuchEntityException(
                                                        ErrorCode.ARTIFACT_NOT_FOUND,
                                                        "Artifact "
                                                                + pathOrId
                                                                + " of run "
                                                                + runId
                                                                + " was not found",
                                                        null)));
    }

    /** {@code {run_id, outputs, data}}: the files that the run names as its outputs. */
    public JsonObject outputs(String runId) {
        return read(
                runId,
                view -> {
                    var listed = JsonArray.of(files.outputs(view.folder(), runId, shared(view)));
                    return JsonObject.builder()
                            .put("run_id", runId)
                            .put("outputs", listed)
                            .put("data", listed)
                            .build();
                });
    }

    /**
     * An output by its place in the list, from 0.
     *
     * @throws NoSuchEntityException {@code OUTPUT_NOT_FOUND} when there is none
     */
    public OpenedFile output(String runId, int index) {
        return read(
                runId,
                view ->
                        files.openOutput(view.folder(), shared(view), index)
                                .orElseThrow(
                                        () ->
                                                missing(
                                                        ErrorCode.OUTPUT_NOT_FOUND,
                                                        "Output " + index,
                                                        runId)));
    }

    private Path shared(View view) {
        return view.record().map(record -> jobOutput.apply(record.jobId())).orElse(view.folder());
    }

    /**
     * {@code {run_id, data}}: the newest events, oldest first.
     *
     * @param limit 0 to {@value #LIMIT_MAX}; 0 = all
     * @param since only later ones
     * @param channel empty = the job's events; {@code human} = those that concern people
     */
    public JsonObject events(
            String runId, int limit, Optional<Instant> since, Optional<String> channel) {
        checkLimit(limit);
        if (channel.isPresent() && channel.get().equals("human")) {
            return read(runId, view -> list(runId, newest(view.desk().all(), limit, since)));
        }
        return lines(runId, RunFolder.EVENTS, limit, since, _ -> true);
    }

    /**
     * {@code {run_id, data}}: the newest log records, oldest first.
     *
     * @param level the lowest that is wanted, in any case; empty = all
     * @throws InvalidRequestException {@code INVALID_QUERY} for an unknown level
     */
    public JsonObject logs(
            String runId, int limit, Optional<Instant> since, Optional<String> level) {
        checkLimit(limit);
        return lines(runId, RunFolder.LOGS, limit, since, atLeast(level));
    }

    private static Predicate<JsonObject> atLeast(Optional<String> level) {
        if (level.isEmpty()) {
            return _ -> true;
        }
        int lowest = LEVELS.indexOf(levelName(level.get()));
        if (lowest < 0) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_QUERY,
                    "level: \"" + level.get() + "\" (expected: TRACE, DEBUG, INFO, WARN or ERROR)",
                    null);
        }
        return record ->
                record.string("level")
                        .map(name -> LEVELS.indexOf(levelName(name)) >= lowest)
                        .orElse(false);
    }

    private static String levelName(String text) {
        var name = text.strip().toUpperCase(Locale.ROOT);
        return name.equals("WARNING") ? "WARN" : name;
    }

    /** {@code {run_id, data}}: the newest records of the timeline, oldest first. */
    public JsonObject timeline(String runId, int limit, Optional<Instant> since) {
        checkLimit(limit);
        return lines(runId, RunFolder.TIMELINE, limit, since, _ -> true);
    }

    private JsonObject lines(
            String runId,
            String file,
            int limit,
            Optional<Instant> since,
            Predicate<JsonObject> wanted) {
        return read(
                runId,
                view ->
                        list(
                                runId,
                                new TailReader(view.folder(), file).last(limit, since, wanted)));
    }

    private static void checkLimit(int limit) {
        if (limit < 0 || limit > LIMIT_MAX) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_QUERY,
                    "limit: " + limit + " (expected: 0 to " + LIMIT_MAX + ")",
                    null);
        }
    }

    private static List<JsonObject> newest(
            List<JsonObject> records, int limit, Optional<Instant> since) {
        var wanted =
                records.stream()
                        .filter(
                                record ->
                                        since.isEmpty()
                                                || TailReader.time(record)
                                                        .filter(at -> at.isAfter(since.get()))
                                                        .isPresent())
                        .toList();
        return limit == 0 || wanted.size() <= limit
                ? wanted
                : wanted.subList(wanted.size() - limit, wanted.size());
    }

    private static JsonObject list(String runId, List<JsonObject> records) {
        return JsonObject.builder().put("run_id", runId).put("data", JsonArray.of(records)).build();
    }

    @Override
    public JsonObject summary(String runId) {
        return read(
                runId,
                view ->
                        view.recording() != null
                                ? view.recording().summary()
                                : document(view, RunFolder.SUMMARY).orElse(JsonObject.empty()));
    }

    @Override
    public JsonObject resources(String runId, String window, String bucket) {
        var back = ResourceReport.span("window", window);
        var each = ResourceReport.span("bucket", bucket);
        return read(
                runId,
                view -> {
                    var since = Optional.of(clock.instant().minus(back));
                    var samples = new ArrayList<JsonObject>();
                    for (var name : List.of(RunFolder.SAMPLES, RunFolder.SAMPLES_OTHER)) {
                        samples.addAll(
                                new TailReader(view.folder(), name).last(0, since, _ -> true));
                    }
                    return ResourceReport.of(runId, samples, clock.instant(), back, each);
                });
    }

    @Override
    public JsonObject human(String runId, Optional<String> status) {
        return read(
                runId,
                view -> {
                    var desk = view.desk();
                    return list(
                            runId,
                            switch (status.orElse("")) {
                                case "" -> desk.all();
                                case "pending" -> desk.pending();
                                case "answered" -> desk.answered();
                                default ->
                                        throw new InvalidRequestException(
                                                ErrorCode.INVALID_QUERY,
                                                "status: \""
                                                        + status.orElse("")
                                                        + "\" (expected: pending or answered)",
                                                null);
                            });
                });
    }

    @Override
    public JsonObject respond(String runId, String requestId, JsonObject body) {
        return answers.respond(this, runId, requestId, body);
    }

    @Override
    public JsonObject acknowledge(String runId, String noticeId, JsonObject body) {
        return answers.acknowledge(this, runId, noticeId, body);
    }

    /** The run's own web page, as its workers described it; empty when they did not. */
    public JsonObject webUi(String runId) {
        return read(runId, Runs::webUi);
    }

    private static JsonObject webUi(View view) throws IOException {
        return document(view, RunFolder.WEB_UI).orElse(JsonObject.empty());
    }

    /**
     * {@code {run_id, ui, web_ui, job, run, events}}: what a page about the run shows.
     *
     * @param limit events, 0 to 1000
     */
    public JsonObject ui(String runId, int limit) {
        if (limit < 0 || limit > 1_000) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_QUERY, "limit: " + limit + " (expected: 0 to 1000)", null);
        }
        return read(
                runId,
                view ->
                        JsonObject.builder()
                                .put("run_id", runId)
                                .put(
                                        "ui",
                                        document(view, RunFolder.UI)
                                                .orElseGet(() -> RunUi.standard(runId)))
                                .put("web_ui", webUi(view))
                                .put(
                                        "job",
                                        view.record()
                                                .map(JobViews::document)
                                                .map(Redaction::byKey)
                                                .orElse(JsonObject.empty()))
                                .put(
                                        "run",
                                        document(view, RunFolder.RUN).orElse(JsonObject.empty()))
                                .put(
                                        "events",
                                        limit == 0
                                                ? JsonArray.empty()
                                                : JsonArray.of(
                                                        new TailReader(
                                                                        view.folder(),
                                                                        RunFolder.EVENTS)
                                                                .last(limit)))
                                .build());
    }

    /**
     * The video that {@code ui.json} names.
     *
     * @throws NoSuchEntityException {@code VIDEO_NOT_FOUND} when it names none or there is no such
     *     file
     * @throws mirrorneuron.api.NotAuthorizedException {@code PERMISSION_DENIED} for a file
     *     elsewhere
     */
    public OpenedFile video(String runId) {
        return read(
                runId,
                view ->
                        RunUi.video(
                                        view.folder(),
                                        document(view, RunFolder.UI).orElse(JsonObject.empty()))
                                .orElseThrow(
                                        () ->
                                                missing(
                                                        ErrorCode.VIDEO_NOT_FOUND,
                                                        "The video",
                                                        runId)));
    }

    @Override
    public Page page(String runId, Filter filter, String cursor) {
        var channels = filter.channels();
        var since = filter.since();
        var unknown = new LinkedHashSet<>(channels);
        unknown.removeAll(Channels.FILES.keySet());
        if (!unknown.isEmpty() || channels.isEmpty()) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_QUERY,
                    "channels: " + unknown + " (expected: of " + Channels.FILES.keySet() + ")",
                    null);
        }
        var levels = atLeast(filter.level());
        return read(
                runId,
                view -> {
                    var recording = view.recording();
                    var merged =
                            new Channels(
                                    view.folder(),
                                    file -> recording == null ? 0 : recording.generation(file),
                                    cursor);
                    var records =
                            merged.next(
                                    new HashSet<>(channels),
                                    view.desk().all(),
                                    runId,
                                    found ->
                                            (!found.getKey().equals("logs")
                                                            || levels.test(found.getValue()))
                                                    && (since.isEmpty()
                                                            || TailReader.time(found.getValue())
                                                                    .filter(
                                                                            at ->
                                                                                    at.isAfter(
                                                                                            since
                                                                                                    .get()))
                                                                    .isPresent()));
                    var status =
                            document(view, RunFolder.RUN)
                                    .flatMap(run -> run.string("status"))
                                    .orElse("pending");
                    boolean over = recording == null || recording.closed();
                    return new Page(records, merged.cursor(), over && !merged.hasMore(), status);
                });
    }

    @Override
    public Rebuilt rebuild(String runId) {
        return read(
                runId,
                view -> {
                    var recording = view.recording();
                    if (recording == null) {
                        throw new NoSuchEntityException(
                                ErrorCode.JOB_NOT_FOUND,
                                "Expected to rebuild run "
                                        + runId
                                        + " from its job's log, but the job was deleted",
                                null);
                    }
                    recording.rebuild();
                    return new Rebuilt(
                            runId,
                            view.record().map(JobRecord::jobId),
                            recording.summary().object("counts").integer("events").orElse(0));
                });
    }

    @Override
    public boolean delete(String runId) {
        return read(
                runId,
                view -> {
                    if (view.record().isPresent() && !view.record().get().status().terminal()) {
                        return false;
                    }
                    if (Files.isDirectory(view.folder())) {
                        recorder.delete(view.folder(), view.record());
                    }
                    return true;
                });
    }
}
