package mirrorneuron.store.rocksdb;

import java.nio.ByteBuffer;
import java.util.Arrays;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.Commit;
import mirrorneuron.store.StoreException;

/** A group of facts and a snapshot as values: eight bytes sequence number, then the text. */
final class FactsCodec {

    private FactsCodec() {}

    static byte[] value(Commit.Facts facts) {
        return numbered(facts.lastSequence(), facts.lines());
    }

    static byte[] value(Commit.Snapshot snapshot) {
        return numbered(snapshot.sequence(), snapshot.document());
    }

    static Commit.Facts facts(byte[] key, byte[] value) {
        return new Commit.Facts(
                firstSequence(key),
                lastSequence(key, value),
                Arrays.copyOfRange(value, Long.BYTES, value.length));
    }

    static Commit.Snapshot snapshot(byte[] key, byte[] value) {
        if (value.length < Long.BYTES || ByteBuffer.wrap(value).getLong() < 0) {
            throw damaged(key, value);
        }
        return new Commit.Snapshot(
                ByteBuffer.wrap(value).getLong(),
                Arrays.copyOfRange(value, Long.BYTES, value.length));
    }

    static long firstSequence(byte[] key) {
        return ByteBuffer.wrap(key, key.length - Long.BYTES, Long.BYTES).getLong();
    }

    static long lastSequence(byte[] key, byte[] value) {
        if (value.length < Long.BYTES || ByteBuffer.wrap(value).getLong() < firstSequence(key)) {
            throw damaged(key, value);
        }
        return ByteBuffer.wrap(value).getLong();
    }

    private static StoreException damaged(byte[] key, byte[] value) {
        return new StoreException(
                ErrorCode.STORE_DAMAGED,
                "Expected a sequence number in front of the value of %s, but found %s: the other"
                                .formatted(
                                        Keys.shown(key),
                                        Keys.shown(
                                                Arrays.copyOf(
                                                        value, Math.min(value.length, Long.BYTES))))
                        + " jobs stay readable; restore this one from a backup, or delete it");
    }

    private static byte[] numbered(long sequence, byte[] text) {
        return ByteBuffer.allocate(Long.BYTES + text.length).putLong(sequence).put(text).array();
    }
}
