package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import mirrorneuron.api.Backups.RestoreMode;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ConflictException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.Issue;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.Severity;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.run.JobIds;
import mirrorneuron.engine.run.RunIds;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.runtime.bundle.ReadBundle;
import mirrorneuron.runtime.run.RunNames;
import mirrorneuron.store.Store;

/**
 * Brings a job back. Everything that stands beside the job is put in its place first: blobs and the
 * bundle are named after their content, the run's name counts only once its job exists, and files
 * belong to nobody yet. Then one write makes the job, paused and whole. So a process that dies
 * leaves either the whole job or nothing that anybody would take for one.
 */
final class BackupRestore {

    /** What the first two schemas have no section for. */
    private static final List<String> NOT_IN_EARLIER_SCHEMAS =
            List.of(
                    "The workflow begins again: the state of agents and steps is not in the backup.",
                    "Messages that waited, dead letters and open requests are not in the backup.",
                    "The events of the job it was made of stay in the archive and are not this"
                            + " job's.");

    /**
     * What restoring needs of the runtime.
     *
     * @param admit keeps a bundle that this node can run
     * @param restored hears of each job that is there now
     */
    record Around(
            Store store,
            RunNames names,
            Places places,
            BundleReader reader,
            ManifestLimits limits,
            Function<ReadBundle.Contents, KeptBundle> admit,
            InstantSource clock,
            RandomGenerator random,
            String node,
            Consumer<JobId> restored) {}

    private final Around around;

    BackupRestore(Around around) {
        this.around = around;
    }

    RestoreResult restore(
            BackupFolder backup,
            RestoreMode mode,
            Optional<String> blueprintId,
            Optional<RunId> runId) {
        var source = Source.of(backup.description());
        boolean whole = source.schema().equals(Sections.V3);
        if (mode == RestoreMode.CONTINUE && !whole) {
            throw Refusals.invalid(
                    "Expected a backup of schema "
                            + Sections.V3
                            + " to continue a job, but it is of "
                            + source.schema()
                            + ", which does not hold the job's state: restore it as a clone");
        }
        var blueprint =
                blueprintId
                        .or(source::blueprintId)
                        .filter(text -> !text.isBlank())
                        .orElseThrow(
                                () ->
                                        new InvalidRequestException(
                                                "blueprint id: none (expected: one, as the backup"
                                                        + " names none)"));
        var run = runId.map(RunId::value).map(BackupRestore::requireRunId);
        if (mode == RestoreMode.CONTINUE) {
            requireOwn("run id", run.orElse(source.run()), source.run());
            requireOwn("blueprint id", blueprint, source.blueprintId().orElse(blueprint));
        }
        try {
            var manifest = backup.object(Sections.MANIFEST);
            var job = mode == RestoreMode.CLONE ? mint(manifest) : source.job();
            var target =
                    mode == RestoreMode.CLONE
                            ? run.orElseGet(() -> RunIds.of(job))
                            : requireRunId(source.run());
            return around.names()
                    .alone(
                            target,
                            () -> restore(backup, source, mode, manifest, job, target, blueprint));
        } catch (IOException failure) {
            throw Refusals.unavailable("read the backup", failure);
        } catch (UncheckedIOException failure) {
            throw Refusals.unavailable("restore the backup", failure);
        }
    }

    private static String requireRunId(String runId) {
        if (!RunIds.isRunId(runId)) {
            throw new InvalidRequestException(
                    ErrorCode.INVALID_ID,
                    "run id: \""
                            + runId
                            + "\" (expected: letters, digits, _ . and -, the first a letter or"
                            + " digit, <= 220)",
                    null);
        }
        return runId;
    }

    private static void requireOwn(String what, String wanted, String own) {
        if (!wanted.equals(own)) {
            throw new InvalidRequestException(
                    what
                            + ": \""
                            + wanted
                            + "\" (expected: \""
                            + own
                            + "\", which a job that continues keeps)");
        }
    }

    private JobId mint(JsonObject manifest) {
        var random = new byte[JobIds.RANDOM_BYTES];
        around.random().nextBytes(random);
        var graph =
                manifest.string("graph_id")
                        .or(() -> manifest.object("workflow").string("workflow_id"))
                        .filter(text -> !text.isBlank())
                        .orElse("job");
        return JobIds.mint(graph, around.clock().instant(), random);
    }

    private RestoreResult restore(
            BackupFolder backup,
            Source source,
            RestoreMode mode,
            JsonObject manifest,
            JobId job,
            String run,
            String blueprint) {
        requireFree(job, run);
        boolean renamed = mode == RestoreMode.CLONE;
        var values = new CarriedValues(backup, around.store().blobs(), source, job, run);
        var provenance = provenance(source, mode);
        var as =
                new RestoredState.As(
                        job,
                        run,
                        blueprint,
                        renamed,
                        values.ids(),
                        provenance,
                        source.takenAt().toEpochMilli(),
                        around.node());
        try {
            var named = renamed ? named(values.ids().in(manifest), blueprint, run) : manifest;
            var bundle = bundle(backup, named);
            boolean whole = source.schema().equals(Sections.V3);
            long nowMs = around.clock().millis();
            var state =
                    whole
                            ? RestoredState.of(backup, bundle, as, nowMs)
                            : RestoredState.beginning(record(backup), bundle, as, nowMs);
            RestoredFiles.put(backup, around.places(), as);
            around.names().enter(run, job);
            around.store().adopt(state.log(), state.first());
            around.restored().accept(job);
            return new RestoreResult(
                    job,
                    RunId.of(run),
                    blueprint,
                    JobStatus.PAUSED,
                    source.job(),
                    RunId.of(source.run()),
                    provenance,
                    whole ? List.of() : NOT_IN_EARLIER_SCHEMAS);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void requireFree(JobId job, String run) {
        if (around.store().record(job).isPresent()) {
            throw new ConflictException(
                    "Expected to restore job " + job + ", but a job with this id exists");
        }
        if (around.names().find(run).isPresent() || around.names().hasFiles(run)) {
            throw new ConflictException(
                    ErrorCode.RUN_EXISTS,
                    "Expected to restore a job with run " + run + ", but this run exists",
                    null);
        }
    }

    private static JsonObject provenance(Source source, RestoreMode mode) {
        return JsonObject.builder()
                .put("mode", mode.wire())
                .put("source_job_id", source.job().value())
                .put("source_run_id", source.run())
                .putOrNull("source_blueprint_id", source.blueprintId())
                .put("backup_schema", source.schema())
                .put("backup_created_at", Timestamps.format(source.takenAt()))
                .build();
    }

    private static JsonObject named(JsonObject manifest, String blueprint, String run) {
        var metadata = manifest.object("metadata");
        var command =
                metadata.object("mn_cli")
                        .with("blueprint_id", new JsonString(blueprint))
                        .with("blueprint_run_id", new JsonString(run));
        return manifest.with("metadata", metadata.with("mn_cli", command));
    }

    /** Archives of the first schemas may hold the record in their description alone. */
    private static JsonObject record(BackupFolder backup) throws IOException {
        return backup.has(Sections.JOB)
                ? backup.object(Sections.JOB)
                : backup.description().object("runtime").object("job");
    }

    private KeptBundle bundle(BackupFolder backup, JsonObject manifest) throws IOException {
        // A bundle without payload files has no folder for them in the archive.
        Files.createDirectories(backup.at(Sections.PAYLOADS));
        try (var read =
                around.reader()
                        .read(
                                new BundleSource.Folder(backup.at(Sections.BUNDLE)),
                                around.limits())) {
            var contents = read.contents().orElseThrow(() -> unusable(read.issues()));
            var own =
                    around.reader()
                            .withManifest(
                                    contents,
                                    new String(Json.bytes(manifest), StandardCharsets.UTF_8),
                                    around.limits());
            return around.admit().apply(own.contents().orElseThrow(() -> unusable(own.issues())));
        }
    }

    private static InvalidRequestException unusable(List<Issue> issues) {
        var first =
                issues.stream()
                        .filter(issue -> issue.severity() == Severity.ERROR)
                        .findFirst()
                        .map(issue -> issue.location().path() + ": " + issue.message())
                        .orElse("no reason is known");
        return Refusals.invalid("Expected a bundle that can run in the backup, but " + first);
    }
}
