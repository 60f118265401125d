package mirrorneuron.store.rocksdb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.BlobName;
import mirrorneuron.store.Blobs;
import mirrorneuron.store.StoreException;

/**
 * Blobs as files {@code <root>/<first two digits>/<name>}. A file appears under its name only when
 * all its bytes are on disk, so a crash leaves at most a temporary file, which the next start
 * removes.
 */
final class FileBlobs implements Blobs {

    private static final int COPY_BYTES = 64 * 1_024;

    private final Path root;
    private final Path arriving;
    private final ReentrantLock folders = new ReentrantLock();

    private FileBlobs(Path root) {
        this.root = root;
        this.arriving = root.resolve("arriving");
    }

    /** Only for the one owner of the home: removes what an earlier owner left unfinished. */
    static FileBlobs open(Path root) throws IOException {
        var blobs = new FileBlobs(root);
        Directories.make(blobs.arriving);
        try (var leftovers = Files.newDirectoryStream(blobs.arriving)) {
            for (var leftover : leftovers) {
                Files.delete(leftover);
            }
        }
        return blobs;
    }

    @Override
    public String put(byte[] bytes) {
        var name = BlobName.of(bytes);
        return isIntact(name) ? name : put(new ByteArrayInputStream(bytes));
    }

    @Override
    public String put(InputStream bytes) {
        var temporary = arriving.resolve(UUID.randomUUID().toString());
        try {
            try {
                var name = write(bytes, temporary);
                // A copy that rotted is replaced, since we hold good bytes; an intact one stays.
                if (!isIntact(name)) {
                    publish(temporary, name);
                }
                return name;
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to write a blob below %s, but: %s: free space or mend the disk"
                            .formatted(root, e),
                    e);
        }
    }

    private static String write(InputStream bytes, Path file) throws IOException {
        var digest = BlobName.digest();
        var buffer = new byte[COPY_BYTES];
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                digest.update(buffer, 0, n);
                var chunk = ByteBuffer.wrap(buffer, 0, n);
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            }
            channel.force(true);
        }
        return BlobName.of(digest);
    }

    private void publish(Path temporary, String name) throws IOException {
        var file = path(name);
        var folder = root.resolve(name.substring(0, 2));
        makeFolder(folder);
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Directories.sync(folder);
    }

    // Under a lock, so that nobody relies on a folder that somebody else has yet to sync.
    private void makeFolder(Path folder) throws IOException {
        folders.lock();
        try {
            Directories.make(folder);
        } finally {
            folders.unlock();
        }
    }

    private boolean isIntact(String name) {
        var digest = BlobName.digest();
        var buffer = new byte[COPY_BYTES];
        try (var bytes = Files.newInputStream(path(name))) {
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return BlobName.of(digest).equals(name);
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public Optional<byte[]> get(String sha256) {
        if (!BlobName.isWellFormed(sha256)) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path(sha256));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to read blob %s below %s, but: %s".formatted(sha256, root, e),
                    e);
        }
        var found = BlobName.of(bytes);
        if (!found.equals(sha256)) {
            throw new StoreException(
                    ErrorCode.STORE_DAMAGED,
                    "Expected the bytes of blob %s below %s, but found bytes of %s: put it again,"
                                    .formatted(sha256, root, found)
                            + " or restore it from a backup");
        }
        return Optional.of(bytes);
    }

    @Override
    public Optional<Path> file(String sha256) {
        return BlobName.isWellFormed(sha256)
                ? Optional.of(path(sha256)).filter(Files::isRegularFile)
                : Optional.empty();
    }

    private Path path(String name) {
        return root.resolve(name.substring(0, 2)).resolve(name);
    }
}
