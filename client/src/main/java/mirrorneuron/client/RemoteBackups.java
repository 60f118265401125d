package mirrorneuron.client;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.Backup;
import mirrorneuron.api.Backups;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RestoreResult;
import mirrorneuron.api.RunId;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.codec.Outcomes;
import mirrorneuron.api.codec.Requests;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.client.Inflow.Item;
import mirrorneuron.protocol.ext.ArchiveDocument;
import mirrorneuron.protocol.ext.ArchivePart;
import mirrorneuron.protocol.ext.ArchivesGrpc;

/**
 * {@link Backups} of a server: it makes, checks and restores archives, which lie on this machine
 * meanwhile. Safe from any thread.
 */
final class RemoteBackups implements Backups {

    private final Link link;
    private final Generation generation;

    RemoteBackups(Link link, Generation generation) {
        this.link = link;
        this.generation = generation;
    }

    private void requireConsole() {
        if (!generation.hasConsole(link)) {
            throw OlderJobs.unsupported("make and restore backups");
        }
    }

    @Override
    public Backup export(JobId pausedJob, ExportOptions options) {
        requireNonNull(pausedJob, "pausedJob");
        requireNonNull(options, "options");
        return received(
                ArchivesGrpc.getExportMethod(), Console.about(pausedJob, Requests.toJson(options)));
    }

    @Override
    public Backup of(JsonObject document, Map<String, byte[]> bundleFiles) {
        var request =
                ArchiveDocument.newBuilder()
                        .setBackupJson(document.toString())
                        .setVersion(Console.VERSION);
        bundleFiles.forEach(
                (path, bytes) -> request.putBundleFiles(path, ByteString.copyFrom(bytes)));
        return received(ArchivesGrpc.getPackMethod(), request.build());
    }

    private <Q> RemoteBackup received(MethodDescriptor<Q, ArchivePart> method, Q request) {
        requireConsole();
        var file = fresh();
        boolean whole = false;
        try (var out = Files.newOutputStream(file)) {
            var description = Link.flagged(method, () -> receive(method, request, out));
            whole = true;
            return new RemoteBackup(link, file, description);
        } catch (IOException failure) {
            throw unavailable("write down the archive", failure);
        } finally {
            if (!whole) {
                drop(file);
            }
        }
    }

    /** The head of the first part; the content of all goes into the file. */
    private <Q> JsonObject receive(
            MethodDescriptor<Q, ArchivePart> method, Q request, OutputStream out)
            throws InterruptedException {
        var head = "";
        var parts = link.download(method, request);
        boolean ended = false;
        try {
            while (true) {
                switch (parts.next(Long.MAX_VALUE).orElseThrow()) {
                    case Item.Answer<ArchivePart>(var part) -> {
                        head = head.isEmpty() ? part.getHeadJson() : head;
                        part.getContent().writeTo(out);
                    }
                    case Item.End<ArchivePart>(var failure) -> {
                        ended = true;
                        if (failure.isPresent()) {
                            throw failure.get();
                        }
                        return Console.document(head);
                    }
                }
            }
        } catch (IOException failure) {
            throw unavailable("write down the archive", failure);
        } finally {
            if (!ended) {
                parts.cancel("not wanted any more");
            }
        }
    }

    /** The file appears whole or not at all. */
    @Override
    public void writeZip(Backup backup, Path file) {
        try (var lent = lent(backup)) {
            if (Files.exists(file)) {
                throw occupied(file);
            }
            var folder = requireNonNull(file.toAbsolutePath().getParent());
            var draft = Files.createTempFile(folder, "." + file.getFileName(), "");
            try {
                Files.copy(lent.backup.file(), draft, StandardCopyOption.REPLACE_EXISTING);
                try (var written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                    written.force(true);
                }
                Files.move(draft, file);
            } finally {
                drop(draft);
            }
        } catch (FileAlreadyExistsException raced) {
            throw occupied(file);
        } catch (IOException failure) {
            throw unavailable("write the archive " + file.getFileName(), failure);
        }
    }

    private static InvalidRequestException occupied(Path file) {
        return new InvalidRequestException(
                "Expected to write the archive "
                        + file.getFileName()
                        + ", but a file of that name is there");
    }

    @Override
    public Backup readZip(Path file) {
        requireConsole();
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequestException(
                    ErrorCode.BACKUP_INVALID,
                    "Expected a backup archive, but found none at " + file.getFileName(),
                    null);
        }
        var copy = fresh();
        boolean good = false;
        try {
            // What is checked is what will be restored, whatever becomes of the file meanwhile.
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            var checked =
                    new RemoteBackup(link, copy, JsonObject.empty())
                            .sent(ArchivesGrpc.getCheckMethod(), JsonObject.empty());
            good = true;
            return new RemoteBackup(link, copy, Console.document(checked.getDescriptionJson()));
        } catch (IOException failure) {
            throw unavailable("read the archive " + file.getFileName(), failure);
        } finally {
            if (!good) {
                drop(copy);
            }
        }
    }

    @Override
    public RestoreResult restore(
            Backup backup, RestoreMode mode, Optional<String> blueprintId, Optional<RunId> runId) {
        requireConsole();
        var head =
                JsonObject.builder()
                        .put("mode", mode.wire())
                        .putIfPresent("blueprint_id", blueprintId)
                        .putIfPresent("run_id", runId.map(RunId::value))
                        .build();
        try (var lent = lent(backup)) {
            return Outcomes.restored(
                    Console.document(lent.backup.sent(ArchivesGrpc.getRestoreMethod(), head)));
        }
    }

    /** A backup of another runtime is made into an archive for as long as it is used. */
    private Lent lent(Backup backup) {
        return backup instanceof RemoteBackup own
                ? new Lent(own, false)
                : new Lent((RemoteBackup) of(backup.toJson(), backup.bundleFiles()), true);
    }

    private record Lent(RemoteBackup backup, boolean ours) implements AutoCloseable {
        @Override
        public void close() {
            if (ours) {
                backup.close();
            }
        }
    }

    /** For its owner's eyes only. */
    private static Path fresh() {
        try {
            return Files.createTempFile("mn-backup-", ".zip");
        } catch (IOException failure) {
            throw unavailable("put a backup aside", failure);
        }
    }

    /** Quietly: what stays is a temporary file. */
    static void drop(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            System.getLogger(RemoteBackups.class.getName())
                    .log(System.Logger.Level.DEBUG, "a temporary file stays", left);
        }
    }

    static RuntimeUnavailableException unavailable(String attempt, Exception cause) {
        return new RuntimeUnavailableException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to " + attempt + ", but: " + cause.getMessage(),
                cause);
    }
}
