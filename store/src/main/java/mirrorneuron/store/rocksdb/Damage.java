package mirrorneuron.store.rocksdb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.StoreException;

/** What was found that is not what was written. Safe from any thread. */
final class Damage {

    // Enough to see the pattern; the bytes themselves are all kept.
    private static final int REPORTS_MAX = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> reports = new LinkedHashMap<>();

    /**
     * Notes a finding once for each place.
     *
     * @param place a key as people read it
     * @return true when the place is new
     */
    boolean report(String place, String sentence) {
        lock.lock();
        try {
            return reports.size() < REPORTS_MAX && reports.putIfAbsent(place, sentence) == null;
        } finally {
            lock.unlock();
        }
    }

    /** In the order in which they were found. */
    List<String> found() {
        lock.lock();
        try {
            return List.copyOf(new ArrayList<>(reports.values()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Parses stored bytes.
     *
     * @throws StoreException {@code STORE_DAMAGED} naming the key when they do not parse
     */
    static <T> T readable(byte[] key, byte[] bytes, Function<byte[], T> parser) {
        try {
            return parser.apply(bytes);
        } catch (RuntimeException e) {
            // Whatever a parser throws at bytes that nobody wrote, it means the same.
            throw new StoreException(
                    ErrorCode.STORE_DAMAGED,
                    "Expected to read %s, but its %d bytes are not what was written (%s): the other"
                                    .formatted(Keys.shown(key), bytes.length, e.getMessage())
                            + " jobs stay readable; restore this one from a backup, or delete it",
                    e);
        }
    }
}
