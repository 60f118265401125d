package mirrorneuron.server.grpc.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ArchivePart;
import mirrorneuron.runtime.backup.LocalBackups;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An archive on its way in or out, in a folder that is removed afterwards. For one thread. */
final class TravellingArchive implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TravellingArchive.class);

    private final Path scratch;
    private @Nullable Path folder;
    private @Nullable OutputStream out;
    private JsonObject head = JsonObject.empty();
    private long bytes;

    TravellingArchive(Path scratch) {
        this.scratch = scratch;
    }

    /** Where it lies; nothing does before somebody writes there. */
    Path file() {
        var made = folder;
        if (made == null) {
            try {
                Files.createDirectories(scratch);
                made = Files.createTempDirectory(scratch, "archive-").toRealPath();
            } catch (IOException failure) {
                throw unwritten(failure);
            }
            folder = made;
        }
        return made.resolve("backup.zip");
    }

    /** What the first part said beside its content. */
    JsonObject head() {
        return head;
    }

    /**
     * @throws InvalidRequestException {@code BACKUP_INVALID} when it is larger than any backup
     * @throws RuntimeUnavailableException when this machine cannot write it down
     */
    void append(ArchivePart part) {
        if (out == null) {
            head = Question.object("head_json", part.getHeadJson());
        }
        bytes += part.getContent().size();
        if (bytes > LocalBackups.ARCHIVE_BYTES_MAX) {
            throw new InvalidRequestException(
                    ErrorCode.BACKUP_INVALID,
                    "Expected an archive of at most "
                            + LocalBackups.ARCHIVE_BYTES_MAX
                            + " bytes, but it is larger",
                    null);
        }
        try {
            part.getContent().writeTo(opened());
        } catch (IOException failure) {
            throw unwritten(failure);
        }
    }

    private OutputStream opened() throws IOException {
        var open = out;
        if (open == null) {
            open = Files.newOutputStream(file(), StandardOpenOption.CREATE_NEW);
            out = open;
        }
        return open;
    }

    /** Nothing more comes. */
    void complete() {
        try {
            opened().close();
        } catch (IOException failure) {
            throw unwritten(failure);
        }
    }

    private static RuntimeUnavailableException unwritten(IOException failure) {
        return new RuntimeUnavailableException(
                ErrorCode.STORE_UNAVAILABLE,
                "Expected to write down the archive, but: " + failure.getMessage(),
                failure);
    }

    @Override
    public void close() {
        var made = folder;
        if (made == null) {
            return;
        }
        try {
            if (out != null) {
                out.close();
            }
            Files.deleteIfExists(made.resolve("backup.zip"));
            Files.delete(made);
        } catch (IOException left) {
            LOG.warn("an archive stays in {}", made, left);
        }
    }
}
