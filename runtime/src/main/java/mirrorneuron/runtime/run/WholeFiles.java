package mirrorneuron.runtime.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;

/** Files that are replaced as a whole: a reader sees the old one or the new one, never a part. */
final class WholeFiles {

    /** Larger documents of a run are not read into memory. */
    private static final int DOCUMENT_BYTES_MAX = 64 << 20;

    private WholeFiles() {}

    static void write(Path file, JsonObject document) throws IOException {
        write(file, Json.bytes(document));
    }

    /**
     * The new content comes by a rename, which nobody can see half done. Workers may write in the
     * same folder, sandboxed ones too: what lies where the draft goes, a link perhaps, is removed
     * and never written through, or a command would write where its sandbox does not let it.
     */
    static void write(Path file, byte[] content) throws IOException {
        var fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.write(fresh, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(
                fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The object in a plain file; empty when there is none, it is no object, or it is a link. */
    static Optional<JsonObject> read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.size(file) > DOCUMENT_BYTES_MAX) {
            return Optional.empty();
        }
        try {
            return Json.parse(Files.readAllBytes(file)) instanceof JsonObject object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JsonParseException torn) {
            return Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** SHA-256 in hex of the first bytes of a file, so that a growing one has a hash too. */
    static String sha256(PlainFile file, long bytes) throws IOException {
        try (var channel = file.open()) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = ByteBuffer.allocate((int) Math.min(64 * 1_024, Math.max(1, bytes)));
            long left = bytes;
            while (left > 0) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), left));
                int count = channel.read(buffer);
                if (count < 0) {
                    break;
                }
                digest.update(buffer.flip());
                left -= count;
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is missing", impossible);
        }
    }
}
