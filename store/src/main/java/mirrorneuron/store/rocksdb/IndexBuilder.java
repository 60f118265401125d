package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.INDEX;
import static mirrorneuron.store.rocksdb.Database.Family.RECORDS;

import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.store.IdText;
import org.rocksdb.RocksDBException;

/** Makes the index anew from the records. Only while nobody else uses the database. */
final class IndexBuilder {

    private static final long BATCH_BYTES_MAX = 1_024 * 1_024;
    private static final byte[] NOTHING = {};

    private IndexBuilder() {}

    /** Jobs whose head cannot be read are left out; they can be neither listed nor run. */
    static void rebuild(Database database) throws RocksDBException {
        database.emptyIndex();
        try (var view = database.view();
                var group = new Group(database);
                var each = view.iterator(RECORDS)) {
            var heads = Keys.utf8(Keys.HEAD);
            for (each.seek(heads); each.isValid(); each.next()) {
                if (!Keys.startsWith(each.key(), heads)) {
                    break;
                }
                index(group, Keys.tail(each.key(), Keys.HEAD), each.value());
                writeWhenFull(group);
            }
            view.check(each, RECORDS, heads);
            var used = Keys.utf8(Keys.IDEMPOTENCY);
            for (each.seek(used); each.isValid(); each.next()) {
                if (!Keys.startsWith(each.key(), used)) {
                    break;
                }
                indexKey(group, Keys.tail(each.key(), Keys.IDEMPOTENCY), each.value());
                writeWhenFull(group);
            }
            view.check(each, RECORDS, used);
            group.write();
        }
    }

    private static void index(Group group, String id, byte[] value) throws RocksDBException {
        Head head;
        try {
            head = Head.parse(value);
        } catch (IllegalArgumentException | JsonParseException _) {
            return;
        }
        group.index(head.status(), head.updatedAtMs(), id);
        if (head.endedAtMs().isPresent()) {
            group.put(INDEX, Keys.ended(head.endedAtMs().getAsLong(), id), NOTHING);
        }
    }

    private static void indexKey(Group group, String key, byte[] value) throws RocksDBException {
        long atMs;
        try {
            atMs = Group.RememberedKey.parse(value).atMs();
        } catch (RuntimeException _) {
            return; // set aside by whoever reads it
        }
        group.put(INDEX, Keys.used(atMs, IdText.decode(key)), NOTHING);
    }

    private static void writeWhenFull(Group group) throws RocksDBException {
        if (group.bytes() > BATCH_BYTES_MAX) {
            group.write();
            group.next();
        }
    }
}
