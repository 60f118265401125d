package mirrorneuron.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/** Archives that hold nothing but the name of their job. */
final class FakeBackups implements Backups {

    private final FakeRuntime runtime;

    FakeBackups(FakeRuntime runtime) {
        this.runtime = runtime;
    }

    private record Named(String job) implements Backup {

        @Override
        public JsonObject description() {
            return JsonObject.builder()
                    .put("schema_version", "mn.backup.v3")
                    .put("source", JsonObject.builder().put("run_id", "run-of-" + job).build())
                    .put(
                            "left_out",
                            job.startsWith("linked")
                                    ? JsonArray.ofStrings(List.of("latest"))
                                    : JsonArray.empty())
                    .put("sections", JsonObject.builder().put("run_store", 2).build())
                    .build();
        }

        @Override
        public JsonObject toJson() {
            return description();
        }

        @Override
        public Map<String, byte[]> bundleFiles() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    @Override
    public Backup export(JobId pausedJob, ExportOptions options) {
        runtime.calls.add("export " + pausedJob + (options.airGapped() ? " air-gapped" : ""));
        return new Named(pausedJob.value());
    }

    @Override
    public void writeZip(Backup backup, Path file) {
        try {
            Files.writeString(file, ((Named) backup).job());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public Backup readZip(Path file) {
        try {
            return new Named(Files.readString(file));
        } catch (IOException gone) {
            throw new InvalidRequestException(
                    ErrorCode.BACKUP_INVALID,
                    "Expected a backup archive, but found none at " + file.getFileName(),
                    gone);
        }
    }

    @Override
    public Backup of(JsonObject document, Map<String, byte[]> bundleFiles) {
        throw new UnsupportedOperationException("not used by the command");
    }

    @Override
    public RestoreResult restore(
            Backup backup, RestoreMode mode, Optional<String> blueprintId, Optional<RunId> runId) {
        var job = ((Named) backup).job();
        var restored = mode == RestoreMode.CONTINUE ? job : job + "-clone";
        return new RestoreResult(
                JobId.of(restored),
                runId.orElse(RunId.of(restored)),
                blueprintId.orElse("demo"),
                JobStatus.PAUSED,
                JobId.of(job),
                RunId.of("run-of-" + job),
                JsonObject.builder().put("mode", mode.wire()).build(),
                job.startsWith("early") ? List.of("Messages are not in the backup.") : List.of());
    }
}
