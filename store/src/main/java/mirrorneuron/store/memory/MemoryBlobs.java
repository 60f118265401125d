package mirrorneuron.store.memory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.BlobName;
import mirrorneuron.store.Blobs;
import mirrorneuron.store.StoreException;

/** Blobs in a map. */
final class MemoryBlobs implements Blobs {

    private final ConcurrentMap<String, byte[]> blobs = new ConcurrentHashMap<>();

    @Override
    public String put(byte[] bytes) {
        var name = BlobName.of(bytes);
        blobs.putIfAbsent(name, bytes.clone());
        return name;
    }

    @Override
    public String put(InputStream bytes) {
        try {
            return put(bytes.readAllBytes());
        } catch (IOException e) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to read the bytes of a new blob, but: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public Optional<byte[]> get(String sha256) {
        return Optional.ofNullable(blobs.get(sha256)).map(byte[]::clone);
    }

    @Override
    public Optional<Path> file(String sha256) {
        return Optional.empty();
    }
}
