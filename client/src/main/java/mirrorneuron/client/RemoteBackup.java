package mirrorneuron.client;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import mirrorneuron.api.Backup;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ArchiveDocument;
import mirrorneuron.protocol.ext.ArchivePart;
import mirrorneuron.protocol.ext.ArchivesGrpc;
import org.jspecify.annotations.Nullable;

/**
 * A backup as the archive that a server made or checked, in a file of this machine. What it holds
 * is asked of the server when somebody wants to know.
 */
final class RemoteBackup implements Backup {

    private static final int PART_BYTES = 64 << 10;

    private final Link link;
    private final Path file;
    private final JsonObject description;
    private @Nullable ArchiveDocument document; // guarded by this

    /**
     * @param file of this backup alone; removed when it is closed
     */
    RemoteBackup(Link link, Path file, JsonObject description) {
        this.link = link;
        this.file = file;
        this.description = description;
    }

    Path file() {
        return file;
    }

    @Override
    public JsonObject description() {
        return description;
    }

    @Override
    public JsonObject toJson() {
        return Console.document(document().getBackupJson());
    }

    @Override
    public Map<String, byte[]> bundleFiles() {
        var files = new HashMap<String, byte[]>();
        document()
                .getBundleFilesMap()
                .forEach((path, bytes) -> files.put(path, bytes.toByteArray()));
        return Map.copyOf(files);
    }

    private synchronized ArchiveDocument document() {
        var known = document;
        if (known == null) {
            known =
                    sent(
                            ArchivesGrpc.getCheckMethod(),
                            JsonObject.builder().put("document", true).build());
            document = known;
        }
        return known;
    }

    /** Sends the archive and returns what the server says to it. */
    <A> A sent(MethodDescriptor<ArchivePart, A> method, JsonObject head) {
        try (var in = Files.newInputStream(file)) {
            return link.upload(method, new PartsOf(in, head));
        } catch (IOException | UncheckedIOException failure) {
            throw RemoteBackups.unavailable("read the archive", failure);
        }
    }

    @Override
    public void close() {
        RemoteBackups.drop(file);
    }

    /** An archive in parts; the first has the head and no content. */
    private static final class PartsOf implements Iterator<ArchivePart> {

        private final InputStream in;
        private ArchivePart next;

        PartsOf(InputStream in, JsonObject head) {
            this.in = in;
            this.next = part(ByteString.EMPTY).setHeadJson(head.toString()).build();
        }

        private static ArchivePart.Builder part(ByteString content) {
            return ArchivePart.newBuilder().setContent(content).setVersion(Console.VERSION);
        }

        @Override
        public boolean hasNext() {
            return !next.equals(ArchivePart.getDefaultInstance());
        }

        @Override
        public ArchivePart next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var taken = next;
            try {
                var content = ByteString.copyFrom(in.readNBytes(PART_BYTES));
                next = content.isEmpty() ? ArchivePart.getDefaultInstance() : part(content).build();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return taken;
        }
    }
}
