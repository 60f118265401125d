package mirrorneuron.store.rocksdb;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One opened RocksDB with its three families and its budget of memory and disk. Not guarded: its
 * owner sees to it that nobody is inside while it is closed or opened again.
 */
final class Database implements AutoCloseable {

    private static final int KIB = 1_024;
    private static final int MIB = 1_024 * KIB;

    // An idle server stays below 120 MiB resident. The cache is the only part that stays full; a
    // write buffer holds memory only from one flush to the next.
    private static final long CACHE_BYTES = 16L * MIB;
    // Few, so that one part of the cache is not full while another one is empty.
    private static final int CACHE_SHARD_BITS = 2;
    // Of the cache, for indexes and filters: what is read for its own sake must not push them out.
    private static final double CACHE_LOOKUP_SHARE = 0.5;
    private static final int LOOKUP_BLOCK_BYTES = 4 * KIB;
    private static final long LOG_BUFFER_BYTES = 16L * MIB;
    private static final long RECORDS_BUFFER_BYTES = 16L * MIB;
    private static final long INDEX_BUFFER_BYTES = 4L * MIB;
    private static final long BUFFERS_BYTES_MAX = 64L * MIB;
    // Bounds what a start has to read again: about a quarter of a second on the measured machine.
    private static final long WRITE_AHEAD_BYTES_MAX = 64L * MIB;
    private static final int OPEN_FILES_MAX = 512;
    private static final long INFO_LOG_BYTES_MAX = 1L * MIB;
    private static final int INFO_LOGS_KEPT = 3;
    private static final int BLOCK_BYTES = 16 * KIB;
    private static final int BLOOM_BITS_PER_KEY = 10;
    // Every read looks at all range deletions of a write buffer, so a sweep that deletes thousands
    // of jobs must not gather them there.
    private static final int RANGE_DELETIONS_PER_BUFFER_MAX = 500;

    private static final byte[] LOG_NAME = "log".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INDEX_NAME = "index".getBytes(StandardCharsets.US_ASCII);

    /** How much of what RocksDB finds on disk it may pass over while opening. */
    enum Recovery {
        /**
         * Only an incomplete record at the end of the write-ahead log. Point-in-time recovery would
         * stop at the first damaged record wherever it is and open without a word, so one rotten
         * block in the middle would silently take back acknowledged commits; tolerating a cut tail
         * only makes RocksDB refuse instead. The price is that it also refuses a last record of
         * full length with bad bytes, which a power cut may leave; {@link WriteAheadLog} tells that
         * case from damage and opens with {@link #TORN_GROUP}.
         */
        CUT_TAIL,
        /** As {@link #CUT_TAIL}, and what was replayed goes to a table file at once. */
        AFTER_FAILED_WRITE,
        /** Everything from the first damaged record of the log on; for a proven torn last group. */
        TORN_GROUP,
        /** Missing and damaged files and the whole write-ahead log; for salvage, on a copy. */
        WHAT_IS_READABLE
    }

    static {
        NativeLibrary.load();
    }

    /** Where a key lives. */
    enum Family {
        RECORDS,
        LOG,
        INDEX;

        String text() {
            return switch (this) {
                case RECORDS -> "records";
                case LOG -> "log";
                case INDEX -> "index";
            };
        }
    }

    private final Path directory;
    private @Nullable Opened opened;

    /** What belongs to one opening. */
    private record Opened(
            RocksDB db,
            ColumnFamilyHandle[] handles,
            ColumnFamilyOptions indexOptions,
            WriteOptions synced,
            List<RocksObject> owned) {

        void close() {
            for (var handle : handles) {
                handle.close();
            }
            db.close(); // flushes nothing: the write-ahead log has it all
            owned.reversed().forEach(RocksObject::close);
        }
    }

    private Database(Path directory, Opened opened) {
        this.directory = directory;
        this.opened = opened;
    }

    /** Opens the directory's database, or makes it. */
    static Database open(Path directory, Recovery recovery) throws RocksDBException {
        return new Database(directory, openFiles(directory, recovery));
    }

    private static Opened openFiles(Path directory, Recovery recovery) throws RocksDBException {
        // In the order in which they are made; closed in the opposite one.
        var owned = new ArrayList<RocksObject>();
        var handles = new ArrayList<ColumnFamilyHandle>();
        try {
            var table = table(owned);
            var options = owned(owned, new DBOptions());
            configure(options, recovery);
            var indexOptions = family(owned, table, INDEX_BUFFER_BYTES);
            var families =
                    List.of(
                            new ColumnFamilyDescriptor(
                                    RocksDB.DEFAULT_COLUMN_FAMILY,
                                    family(owned, table, RECORDS_BUFFER_BYTES)),
                            new ColumnFamilyDescriptor(
                                    LOG_NAME, family(owned, table, LOG_BUFFER_BYTES)),
                            new ColumnFamilyDescriptor(INDEX_NAME, indexOptions));
            var synced = owned(owned, new WriteOptions()).setSync(true);
            var db = RocksDB.open(options, directory.toString(), families, handles);
            return new Opened(
                    db, handles.toArray(ColumnFamilyHandle[]::new), indexOptions, synced, owned);
        } catch (RocksDBException | RuntimeException e) {
            handles.forEach(RocksObject::close);
            owned.reversed().forEach(RocksObject::close);
            throw e;
        }
    }

    /**
     * Closes and opens again, which is the only way in which RocksDB writes again after its log
     * failed. Nobody else may be inside. When this throws the database is closed, and can be opened
     * again by the same call.
     */
    void reopen(Recovery recovery) throws RocksDBException {
        close();
        opened = openFiles(directory, recovery);
    }

    private Opened opened() {
        var current = opened;
        if (current == null) {
            throw new StoreException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "Expected to use %s, but it could not be opened again after a failed write:"
                                    .formatted(directory)
                            + " free space or mend the disk; it is tried with each write");
        }
        return current;
    }

    private static void configure(DBOptions options, Recovery recovery) {
        options.setCreateIfMissing(recovery != Recovery.WHAT_IS_READABLE)
                .setCreateMissingColumnFamilies(true)
                .setDbWriteBufferSize(BUFFERS_BYTES_MAX)
                .setMaxTotalWalSize(WRITE_AHEAD_BYTES_MAX)
                .setMaxOpenFiles(OPEN_FILES_MAX)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(INFO_LOG_BYTES_MAX)
                .setKeepLogFileNum(INFO_LOGS_KEPT)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setSkipStatsUpdateOnDbOpen(true);
        switch (recovery) {
            case CUT_TAIL ->
                    // The replayed log stays the log: a start writes no small table file.
                    options.setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                            .setAvoidFlushDuringRecovery(true);
            case AFTER_FAILED_WRITE ->
                    // A failed sync leaves pages that look written and are not. Flushed at once, so
                    // that nothing is built on them.
                    options.setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                            .setAvoidFlushDuringRecovery(false);
            case TORN_GROUP ->
                    // Flushed at once, so that no later start meets the torn group again.
                    options.setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                            .setAvoidFlushDuringRecovery(false);
            case WHAT_IS_READABLE ->
                    options.setBestEffortsRecovery(true).setAvoidFlushDuringRecovery(false);
        }
    }

    private static BlockBasedTableConfig table(List<RocksObject> owned) {
        Cache cache =
                owned(
                        owned,
                        new LRUCache(CACHE_BYTES, CACHE_SHARD_BITS, false, CACHE_LOOKUP_SHARE));
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                // Each commit of a new job asks whether its id exists. A whole filter of a large
                // file would be read for that, again and again, because a small cache cannot keep
                // it; a part of one is a page.
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setMetadataBlockSize(LOOKUP_BLOCK_BYTES)
                .setPinTopLevelIndexAndFilter(true)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(owned(owned, new BloomFilter(BLOOM_BITS_PER_KEY, false)));
    }

    private static ColumnFamilyOptions family(
            List<RocksObject> owned, BlockBasedTableConfig table, long bufferBytes) {
        return owned(owned, new ColumnFamilyOptions())
                .setTableFormatConfig(table)
                .setWriteBufferSize(bufferBytes)
                .setMaxWriteBufferNumber(3)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setLevelCompactionDynamicLevelBytes(true)
                .setMemtableMaxRangeDeletions(RANGE_DELETIONS_PER_BUFFER_MAX);
    }

    private static <T extends RocksObject> T owned(List<RocksObject> owned, T object) {
        owned.add(object);
        return object;
    }

    ColumnFamilyHandle handle(Family family) {
        return opened().handles[family.ordinal()];
    }

    Optional<byte[]> get(Family family, byte[] key) {
        try {
            return Optional.ofNullable(opened().db.get(handle(family), key));
        } catch (RocksDBException e) {
            throw unreadable(family, key, e);
        }
    }

    /** One consistent view; close it. */
    View view() {
        return new View();
    }

    /** Writes a batch and waits until the disk has it. */
    void write(WriteBatch batch) throws RocksDBException {
        var current = opened();
        current.db.write(current.synced, batch);
    }

    /** Throws away the whole index, for making it anew. */
    void emptyIndex() throws RocksDBException {
        var current = opened();
        int index = Family.INDEX.ordinal();
        current.db.dropColumnFamily(current.handles[index]);
        current.handles[index].close();
        current.handles[index] =
                current.db.createColumnFamily(
                        new ColumnFamilyDescriptor(INDEX_NAME, current.indexOptions));
    }

    StoreException unreadable(Family family, byte[] key, RocksDBException cause) {
        boolean damaged = code(cause) == Status.Code.Corruption;
        return new StoreException(
                damaged ? ErrorCode.STORE_DAMAGED : ErrorCode.STORE_UNAVAILABLE,
                "Expected to read %s of family %s in %s, but %s: %s"
                        .formatted(
                                Keys.shown(key),
                                family.text(),
                                directory,
                                cause.getMessage(),
                                damaged
                                        ? "the other jobs stay readable; restore this one from a"
                                                + " backup, or delete it"
                                        : "check the disk"),
                cause);
    }

    static Status.@Nullable Code code(RocksDBException e) {
        var status = e.getStatus();
        return status == null ? null : status.getCode();
    }

    /** Closing twice is the same as closing once. */
    @Override
    public void close() {
        var current = opened;
        if (current != null) {
            opened = null;
            current.close();
        }
    }

    /** The database as of one moment. For one thread; close it, and each iterator before it. */
    final class View implements AutoCloseable {

        private final RocksDB db = opened().db;
        private final Snapshot snapshot = db.getSnapshot();
        private final ReadOptions options = new ReadOptions().setSnapshot(snapshot);

        Optional<byte[]> get(Family family, byte[] key) {
            try {
                return Optional.ofNullable(db.get(handle(family), options, key));
            } catch (RocksDBException e) {
                throw unreadable(family, key, e);
            }
        }

        RocksIterator iterator(Family family) {
            return db.newIterator(handle(family), options);
        }

        /**
         * Says why an iterator is not valid any more: a read error is not the end of the keys.
         *
         * @param from the key from which it was to read
         */
        void check(RocksIterator iterator, Family family, byte[] from) {
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw unreadable(family, from, e);
            }
        }

        @Override
        public void close() {
            options.close();
            db.releaseSnapshot(snapshot);
            snapshot.close();
        }
    }
}
