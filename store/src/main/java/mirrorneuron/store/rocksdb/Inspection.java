package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.RECORDS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.store.StoreException;
import org.rocksdb.RocksDBException;

/**
 * What is looked at before the store is used: what was set aside before, that the index can be
 * read, and that each job which is still to run has a head and a record. Ended jobs are looked at
 * when somebody asks for them, so a start costs what is alive and not what ever was.
 */
final class Inspection {

    private Inspection() {}

    /** Reports what was set aside earlier, and makes the index anew when it cannot be read. */
    static void begin(Database database, Damage damage) throws RocksDBException {
        reportSetAside(database, damage);
        try (var view = database.view()) {
            IndexReader.unfinished(view);
            Counts.read(view);
            return;
        } catch (StoreException e) {
            if (e.code() != ErrorCode.STORE_DAMAGED) {
                throw e;
            }
            // The index says nothing that the records do not say.
            damage.report("index", e.getMessage() + "; the index was made anew from the records");
        }
        IndexBuilder.rebuild(database);
    }

    private static void reportSetAside(Database database, Damage damage) {
        try (var view = database.view();
                var each = view.iterator(RECORDS)) {
            for (each.seek(Keys.DAMAGED_PREFIX); each.isValid(); each.next()) {
                var key = each.key();
                if (!Keys.startsWith(key, Keys.DAMAGED_PREFIX)
                        || !damage.report(Keys.shown(key), "set aside as " + Keys.shown(key))) {
                    return;
                }
            }
            view.check(each, RECORDS, Keys.DAMAGED_PREFIX);
        }
    }

    /** Jobs that are to run but cannot, because their head or record is damaged or missing. */
    static List<Finding> unreadableJobs(Database.View view) {
        var findings = new ArrayList<Finding>();
        for (var indexed : IndexReader.unfinished(view)) {
            problem(view, indexed.id())
                    .ifPresent(problem -> findings.add(new Finding(indexed, problem)));
        }
        return findings;
    }

    private static Optional<String> problem(Database.View view, String id) {
        try {
            if (RocksStore.head(view, id).isEmpty()) {
                return Optional.of(missing(Keys.HEAD + id));
            }
            if (RocksStore.record(view, id).isEmpty()) {
                return Optional.of(missing(Keys.RECORD + id));
            }
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static String missing(String key) {
        return "Expected to find " + key + " of a job that the index knows, but it is missing";
    }

    /** A job that cannot be read. */
    record Finding(IndexReader.Indexed job, String problem) {}
}
