package mirrorneuron.store;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bytes under the name of their own SHA-256, in lower-case hex. Writing the same bytes twice keeps
 * one copy.
 */
public interface Blobs {

    /** Keeps the bytes durably and returns their name. */
    String put(byte[] bytes);

    /** Keeps a stream's bytes durably without holding them in memory. */
    String put(InputStream bytes);

    /**
     * The bytes; empty when there is no such blob. A blob whose bytes no longer match its name is a
     * {@link StoreException}.
     */
    Optional<byte[]> get(String sha256);

    /**
     * Where the bytes lie as a file, for reading only; empty when there is no such blob or this
     * store keeps no files.
     */
    Optional<Path> file(String sha256);
}
