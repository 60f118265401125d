package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.INDEX;
import static mirrorneuron.store.rocksdb.Database.Family.RECORDS;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import mirrorneuron.store.IdText;
import org.rocksdb.RocksDBException;

/** Changes that belong to no job. */
final class DocumentWrites {

    private DocumentWrites() {}

    static final class Put extends Write {

        private final byte[] key;
        private final byte[] document;

        Put(byte[] key, byte[] document) {
            this.key = key;
            this.document = document;
        }

        @Override
        void stage(Group group) throws RocksDBException {
            group.put(RECORDS, key, document);
        }
    }

    static final class Remove extends Write {

        private final byte[] key;

        Remove(byte[] key) {
            this.key = key;
        }

        @Override
        void stage(Group group) throws RocksDBException {
            group.delete(RECORDS, key);
        }
    }

    /** Forgets idempotency keys by their index keys. */
    static final class Forget extends Write {

        private final List<byte[]> indexKeys;
        private final Instant before;

        Forget(List<byte[]> indexKeys, Instant before) {
            this.indexKeys = List.copyOf(indexKeys);
            this.before = before;
        }

        @Override
        void stage(Group group) throws RocksDBException {
            for (var indexKey : indexKeys) {
                var key = IdText.decode(Keys.indexedId(indexKey, Keys.USED_PREFIX));
                // A key that was used again meanwhile is known by a newer index key too.
                if (group.usedBefore(key, before)) {
                    group.delete(RECORDS, Keys.idempotency(key));
                }
                group.delete(INDEX, indexKey);
            }
        }
    }

    /**
     * Takes a job that cannot be read out of the lists and moves its unreadable record to where
     * nobody looks for it by accident. An unreadable head is copied there but stays, so that nobody
     * can write to the job under an epoch that nobody knows.
     */
    static final class SetAside extends Write {

        private final IndexReader.Indexed job;
        private final String time;

        SetAside(IndexReader.Indexed job, String time) {
            this.job = job;
            this.time = time;
        }

        @Override
        void stage(Group group) throws RocksDBException {
            var head = group.settled(RECORDS, Keys.head(job.id()));
            var record = group.settled(RECORDS, Keys.record(job.id()));
            boolean headReadable = head.isPresent() && isReadable(head.get(), Head::parse);
            boolean recordReadable =
                    record.isPresent() && isReadable(record.get(), RocksStore::parseRecord);
            if (headReadable && recordReadable) {
                return;
            }
            if (head.isPresent() && !headReadable) {
                group.put(RECORDS, Keys.damaged(time, Keys.HEAD + job.id()), head.get());
            }
            if (record.isPresent() && !recordReadable) {
                group.put(RECORDS, Keys.damaged(time, Keys.RECORD + job.id()), record.get());
                group.delete(RECORDS, Keys.record(job.id()));
            }
            group.unindex(job.status(), job.key());
        }

        private static boolean isReadable(byte[] bytes, Function<byte[], ?> parser) {
            try {
                return parser.apply(bytes) != null;
            } catch (RuntimeException _) {
                return false;
            }
        }
    }
}
