package mirrorneuron.store.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.store.IdText;

/**
 * Every key there is.
 *
 * <pre>
 * records  head/&lt;job&gt;                      {@link Head}
 *          rec/&lt;job&gt;                       the record's document
 *          snap/&lt;job&gt;                      8 bytes sequence, then the state's document
 *          dl/&lt;job&gt;/&lt;4 bytes index&gt;       a dead letter's document
 *          idem/&lt;key&gt;                      {"job","digest","at_ms"}
 *          doc/&lt;family&gt;/&lt;name&gt;            a document of the caller
 *          damaged/&lt;time&gt;/&lt;family&gt;/&lt;key&gt;  bytes that were set aside
 * log      ev/&lt;job&gt;/&lt;8 bytes first&gt;       8 bytes last sequence, then the group's lines
 * index    st/&lt;status&gt;/&lt;8 bytes&gt;&lt;job&gt;    newest first: the bytes are the time subtracted from the largest
 *          end/&lt;8 bytes time&gt;&lt;job&gt;         oldest first
 *          used/&lt;8 bytes time&gt;&lt;key&gt;        oldest first, for idempotency keys
 *          count                            {@link Counts} of the entries of each status
 * </pre>
 *
 * Numbers are big-endian, so their order is the order of the keys; times are milliseconds. Ids are
 * encoded ({@link IdText}, and {@code /} too), so no id reaches into the keys of another.
 */
final class Keys {

    static final String HEAD = "head/";
    static final String RECORD = "rec/";
    static final String SNAPSHOT = "snap/";
    static final String IDEMPOTENCY = "idem/";
    static final String DAMAGED = "damaged/";
    static final byte[] DAMAGED_PREFIX = ascii(DAMAGED);
    static final byte[] ENDED_PREFIX = ascii("end/");
    static final byte[] USED_PREFIX = ascii("used/");
    static final byte[] COUNTS = ascii("count");

    private static final byte[][] STATUS_PREFIXES =
            Arrays.stream(JobStatus.values())
                    .map(status -> ascii("st/" + status.wire() + "/"))
                    .toArray(byte[][]::new);

    private Keys() {}

    static String id(JobId job) {
        return id(job.value());
    }

    static String id(String id) {
        return IdText.encode(id, '/');
    }

    static byte[] head(String id) {
        return utf8(HEAD + id);
    }

    static byte[] record(String id) {
        return utf8(RECORD + id);
    }

    static byte[] snapshot(String id) {
        return utf8(SNAPSHOT + id);
    }

    static byte[] deadLetters(String id) {
        return utf8("dl/" + id + "/");
    }

    static byte[] deadLetter(byte[] prefix, int index) {
        return ByteBuffer.allocate(prefix.length + Integer.BYTES).put(prefix).putInt(index).array();
    }

    static byte[] idempotency(String key) {
        return utf8(IDEMPOTENCY + id(key));
    }

    static byte[] document(String family, String name) {
        return utf8("doc/" + id(family) + "/" + id(name));
    }

    /** Where bytes go that cannot be read. */
    static byte[] damaged(String time, String key) {
        return utf8(DAMAGED + time + "/" + key);
    }

    /** What all groups of facts of a job begin with. */
    static byte[] log(String id) {
        return utf8("ev/" + id + "/");
    }

    static byte[] facts(byte[] log, long firstSequence) {
        return joined(log, firstSequence, new byte[0]);
    }

    static byte[] status(JobStatus status) {
        return STATUS_PREFIXES[status.ordinal()];
    }

    static byte[] status(JobStatus status, long updatedAtMs, String id) {
        return joined(status(status), Long.MAX_VALUE - updatedAtMs, utf8(id));
    }

    static byte[] ended(long endedAtMs, String id) {
        return joined(ENDED_PREFIX, endedAtMs, utf8(id));
    }

    static byte[] used(long atMs, String key) {
        return joined(USED_PREFIX, atMs, utf8(id(key)));
    }

    /** The end of all index keys of a prefix that are older than an instant, exclusive. */
    static byte[] before(byte[] prefix, Instant instant) {
        return joined(prefix, ceilMs(instant), new byte[0]);
    }

    /**
     * The first index key of a prefix that is not older than the millisecond of an instant; one
     * before 1970 is older than every key.
     */
    static byte[] since(byte[] prefix, Instant instant) {
        return joined(prefix, Math.max(0, instant.toEpochMilli()), new byte[0]);
    }

    /** The time in an index key of ended jobs. */
    static Instant indexedTime(byte[] key, byte[] prefix) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(key, prefix.length, Long.BYTES).getLong());
    }

    /** The id at the end of an index key. */
    static String indexedId(byte[] key, byte[] prefix) {
        int from = prefix.length + Long.BYTES;
        return new String(key, from, key.length - from, StandardCharsets.UTF_8);
    }

    /** The id after a prefix of a record key, as it stands there. */
    static String tail(byte[] key, String prefix) {
        return new String(
                key, prefix.length(), key.length - prefix.length(), StandardCharsets.UTF_8);
    }

    /** The first key after all keys with a prefix; our prefixes end with {@code /}. */
    static byte[] end(byte[] prefix) {
        var end = prefix.clone();
        end[end.length - 1]++;
        return end;
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** For people: printable characters as they are, others as two hex digits. */
    static String shown(byte[] key) {
        var text = new StringBuilder();
        for (byte b : key) {
            if (b > ' ' && b < 127) {
                text.append((char) b);
            } else {
                text.append("\\x").append("%02x".formatted(b & 0xff));
            }
        }
        return text.toString();
    }

    // An instant within a millisecond counts that whole millisecond as before it; the index knows
    // no finer time.
    private static long ceilMs(Instant instant) {
        long ms = instant.toEpochMilli();
        return instant.getNano() % 1_000_000 == 0 ? ms : ms + 1;
    }

    private static byte[] joined(byte[] prefix, long number, byte[] suffix) {
        return ByteBuffer.allocate(prefix.length + Long.BYTES + suffix.length)
                .put(prefix)
                .putLong(number)
                .put(suffix)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
