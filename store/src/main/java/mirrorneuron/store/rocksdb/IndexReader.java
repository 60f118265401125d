package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.INDEX;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.store.IdText;
import mirrorneuron.store.Store;
import org.rocksdb.RocksIterator;

/** Reads the indexes; what it returns is the encoded id of a job or key, unless said otherwise. */
final class IndexReader {

    private IndexReader() {}

    /** A job in the index of a status. */
    record Indexed(JobStatus status, byte[] key, String id) {

        JobId job() {
            return IndexReader.job(id);
        }
    }

    static List<Indexed> unfinished(Database.View view) {
        var jobs = new ArrayList<Indexed>();
        for (var status : JobStatus.values()) {
            if (!status.terminal()) {
                var prefix = Keys.status(status);
                eachBefore(
                        view,
                        prefix,
                        Keys.end(prefix),
                        key -> jobs.add(new Indexed(status, key, Keys.indexedId(key, prefix))));
            }
        }
        return jobs;
    }

    /** How many jobs have a status; looks at each. */
    static long size(Database.View view, JobStatus status) {
        var prefix = Keys.status(status);
        long[] size = {0};
        eachBefore(
                view,
                prefix,
                Keys.end(prefix),
                _ -> {
                    size[0]++;
                    return true;
                });
        return size[0];
    }

    static List<Store.Ended> ended(Database.View view, Instant from, Instant before, int limit) {
        var jobs = new ArrayList<Store.Ended>();
        var prefix = Keys.ENDED_PREFIX;
        eachBefore(
                view,
                Keys.since(prefix, from),
                Keys.before(prefix, before),
                key ->
                        jobs.size() < limit
                                && jobs.add(
                                        new Store.Ended(
                                                job(Keys.indexedId(key, prefix)),
                                                Keys.indexedTime(key, prefix))));
        return jobs;
    }

    /** Index keys of idempotency keys that were written before an instant, oldest first. */
    static List<byte[]> usedBefore(Database.View view, Instant instant, int limit) {
        var keys = new ArrayList<byte[]>();
        eachBefore(
                view,
                Keys.USED_PREFIX,
                Keys.before(Keys.USED_PREFIX, instant),
                key -> keys.size() < limit && keys.add(key));
        return keys;
    }

    /**
     * Gives jobs by the time of their last change, newest first, until the visitor has enough. Each
     * status has its own ordered range, so this merges as many ranges as there are statuses and
     * reads only what it gives.
     *
     * @param statuses empty = any
     */
    static void newestFirst(
            Database.View view, Set<JobStatus> statuses, Predicate<Indexed> visitor) {
        var ranges =
                new PriorityQueue<>(Comparator.comparing(Range::rest, Arrays::compareUnsigned));
        var opened = new ArrayList<Range>();
        try {
            for (var status : statuses.isEmpty() ? Set.of(JobStatus.values()) : statuses) {
                var range = new Range(view, status);
                opened.add(range);
                if (range.isValid()) {
                    ranges.add(range);
                }
            }
            for (var newest = ranges.poll(); newest != null; newest = ranges.poll()) {
                if (!visitor.test(newest.indexed())) {
                    return;
                }
                if (newest.next()) {
                    ranges.add(newest);
                }
            }
        } finally {
            opened.forEach(Range::close);
        }
    }

    /** One status's jobs, newest first. */
    private static final class Range implements AutoCloseable {

        private final Database.View view;
        private final JobStatus status;
        private final byte[] prefix;
        private final RocksIterator keys;
        private byte[] key = {};

        Range(Database.View view, JobStatus status) {
            this.view = view;
            this.status = status;
            this.prefix = Keys.status(status);
            this.keys = view.iterator(INDEX);
            keys.seek(prefix);
        }

        boolean isValid() {
            if (!keys.isValid()) {
                view.check(keys, INDEX, prefix);
                return false;
            }
            key = keys.key();
            return Keys.startsWith(key, prefix);
        }

        boolean next() {
            keys.next();
            return isValid();
        }

        /** The key without its status: inverted time, then id. */
        byte[] rest() {
            return Arrays.copyOfRange(key, prefix.length, key.length);
        }

        Indexed indexed() {
            return new Indexed(status, key, Keys.indexedId(key, prefix));
        }

        @Override
        public void close() {
            keys.close();
        }
    }

    private static void eachBefore(
            Database.View view, byte[] begin, byte[] end, Predicate<byte[]> visitor) {
        try (var keys = view.iterator(INDEX)) {
            for (keys.seek(begin); keys.isValid(); keys.next()) {
                var key = keys.key();
                if (Arrays.compareUnsigned(key, end) >= 0 || !visitor.test(key)) {
                    return;
                }
            }
            view.check(keys, INDEX, begin);
        }
    }

    private static JobId job(String encoded) {
        return JobId.of(IdText.decode(encoded));
    }
}
