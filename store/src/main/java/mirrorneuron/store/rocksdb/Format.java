package mirrorneuron.store.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The number that says how the keys and values are to be read, in {@code <home>/state/FORMAT}. It
 * is a file beside the database, because a newer release's database may not even open here, and
 * opening would already change it.
 */
final class Format {

    /** What this release writes. */
    static final int CURRENT = 1;

    private static final String FILE = "FORMAT";

    private Format() {}

    /**
     * The format of the state directory; a directory without a store gets the current one.
     *
     * @throws StoreException {@code STORE_VERSION} when it is newer than this release knows
     */
    static int check(Path state) throws IOException {
        int found;
        try {
            found = parse(state, Files.readAllBytes(state.resolve(FILE)));
        } catch (NoSuchFileException e) {
            if (holdsData(state)) {
                throw unreadable(state, "is missing", e);
            }
            write(state);
            return CURRENT;
        }
        if (Files.notExists(state.resolve("CURRENT")) && holdsData(state)) {
            // RocksDB would take the directory for a new one and delete what is in it.
            throw new StoreException(
                    ErrorCode.STORE_DAMAGED,
                    "Expected to open the store %s, but its file CURRENT is missing: restore it"
                                    .formatted(state)
                            + " from a backup, or write the name of the newest MANIFEST file and a"
                            + " line end there");
        }
        if (found > CURRENT) {
            throw new StoreException(
                    ErrorCode.STORE_VERSION,
                    "Expected store %s in format %d or older, but it is in format %d: use the"
                                    .formatted(state, CURRENT, found)
                            + " release that wrote it, or a newer one");
        }
        return found;
    }

    private static boolean holdsData(Path state) throws IOException {
        try (var files = Files.list(state)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(
                            name ->
                                    name.endsWith(".sst")
                                            || name.endsWith(".log")
                                            || name.equals("CURRENT"));
        }
    }

    private static int parse(Path state, byte[] content) {
        try {
            if (Json.parse(content) instanceof JsonObject json) {
                var number = json.integer("format");
                if (number.isPresent() && number.getAsLong() >= 0) {
                    return Math.toIntExact(number.getAsLong());
                }
            }
        } catch (JsonParseException | ArithmeticException e) {
            throw unreadable(state, "cannot be read", e);
        }
        throw unreadable(state, "names no format", null);
    }

    private static StoreException unreadable(
            Path state, String problem, @Nullable Throwable cause) {
        return new StoreException(
                ErrorCode.STORE_DAMAGED,
                "Expected the format number of store %s, but its file %s %s: restore it from a"
                                .formatted(state, FILE, problem)
                        + " backup, or write {\"format\":"
                        + CURRENT
                        + "} there when this release wrote the store",
                cause);
    }

    /**
     * Brings an older store to the current format, one step after the other. Each step can be
     * repeated, because the number is written last.
     */
    static void migrate(Path state, int from, Database database)
            throws IOException, RocksDBException {
        for (int format = from; format < CURRENT; format++) {
            switch (format) {
                // Format 0 was never released: its keys are those of format 1, its index is not
                // trusted.
                case 0 -> IndexBuilder.rebuild(database);
                default -> throw new IllegalStateException("no migration from format " + format);
            }
        }
        if (from < CURRENT) {
            write(state);
        }
    }

    private static void write(Path state) throws IOException {
        var temporary = state.resolve(FILE + ".new");
        var content = Json.bytes(JsonObject.builder().put("format", CURRENT).build());
        try (var channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
            channel.force(true);
        }
        Files.move(
                temporary,
                state.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Directories.sync(state);
    }
}
