package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.store.StoreException;

/**
 * Makes one process the only owner of a home. The operating system's lock on {@code
 * <home>/state.lock} decides, and it ends with its process however that dies; the file's content
 * only names the owner: {@code {"pid","started_at","program"}}.
 */
final class HomeLock implements AutoCloseable {

    private static final String FILE = "state.lock";
    private static final int CONTENT_BYTES_MAX = 4_096;

    // Locks of this JVM's own stores. The operating system's lock belongs to the whole process, and
    // closing any channel of the file gives it up, so a second open in here must be refused before
    // it touches the file.
    private static final ConcurrentMap<Object, Instant> HELD = new ConcurrentHashMap<>();

    private final Object key;
    private final FileChannel channel;

    private HomeLock(Object key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * @param home exists
     * @throws StoreException {@code HOME_IN_USE} with the owner's process and since when
     */
    static HomeLock acquire(Path home, String program, Instant now) throws IOException {
        var key = key(home);
        var since = HELD.putIfAbsent(key, now);
        if (since != null) {
            throw inUse(home, "this process (since " + Timestamps.format(since) + ")");
        }
        FileChannel channel = null;
        try {
            channel =
                    FileChannel.open(
                            home.resolve(FILE),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw inUse(home, owner(channel));
            }
            introduce(channel, program, now);
            return new HomeLock(key, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            HELD.remove(key);
            throw e;
        }
    }

    // The same directory under two names is one home.
    private static Object key(Path home) throws IOException {
        var fileKey = Files.readAttributes(home, BasicFileAttributes.class).fileKey();
        return Objects.requireNonNullElseGet(fileKey, () -> home.toAbsolutePath().normalize());
    }

    private static void introduce(FileChannel channel, String program, Instant now)
            throws IOException {
        var content =
                Json.bytes(
                        JsonObject.builder()
                                .put("pid", ProcessHandle.current().pid())
                                .put("started_at", Timestamps.format(now))
                                .put("program", program)
                                .build());
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(content), 0);
        channel.force(true);
    }

    private static String owner(FileChannel channel) throws IOException {
        var content = ByteBuffer.allocate(CONTENT_BYTES_MAX);
        channel.read(content, 0);
        try {
            var text = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
            if (Json.parse(text) instanceof JsonObject owner && owner.integer("pid").isPresent()) {
                return "process %d (%s, since %s)"
                        .formatted(
                                owner.integer("pid").getAsLong(),
                                owner.string("program").orElse("unknown program"),
                                owner.string("started_at").orElse("an unknown time"));
            }
        } catch (JsonParseException _) {
            // The owner has the lock and is about to write its name.
        }
        return "another process";
    }

    private static StoreException inUse(Path home, String owner) {
        return new StoreException(
                ErrorCode.HOME_IN_USE,
                "Expected to open the home %s, but %s has it open: stop it, or use another MN_HOME"
                        .formatted(home, owner));
    }

    /** Leaves the file where it is: deleting it could take it from under the next owner. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // The lock is gone with the channel either way, and nothing was to be written.
        } finally {
            HELD.remove(key);
        }
    }
}
