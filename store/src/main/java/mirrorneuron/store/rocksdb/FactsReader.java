package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.LOG;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import mirrorneuron.store.Commit;

/** Reads groups of facts of one job in the order of their sequence numbers. */
final class FactsReader {

    private FactsReader() {}

    /** Groups that hold events after a sequence number, until they hold enough events. */
    static List<Commit.Facts> after(Database.View view, String id, long after, int eventsMax) {
        var page = new ArrayList<Commit.Facts>();
        if (eventsMax <= 0) {
            return page;
        }
        var events = new Counter();
        each(
                view,
                id,
                after,
                group -> {
                    page.add(group);
                    return events.add(group.events()) < eventsMax;
                });
        return page;
    }

    /** Gives each group that holds events after a sequence number, until the visitor has enough. */
    static void each(Database.View view, String id, long after, Predicate<Commit.Facts> visitor) {
        var log = Keys.log(id);
        try (var groups = view.iterator(LOG)) {
            // The wanted event may be inside the group that begins at or before it.
            groups.seekForPrev(Keys.facts(log, after + 1));
            if (!groups.isValid() || !Keys.startsWith(groups.key(), log)) {
                view.check(groups, LOG, log);
                groups.seek(log);
            }
            for (; groups.isValid(); groups.next()) {
                var key = groups.key();
                if (!Keys.startsWith(key, log)) {
                    return;
                }
                var value = groups.value();
                if (FactsCodec.lastSequence(key, value) > after
                        && !visitor.test(FactsCodec.facts(key, value))) {
                    return;
                }
            }
            view.check(groups, LOG, log);
        }
    }

    /** The last groups that together hold at least so many events, in order. */
    static List<Commit.Facts> last(Database.View view, String id, int eventsMin) {
        var log = Keys.log(id);
        var page = new ArrayList<Commit.Facts>();
        int events = 0;
        try (var groups = view.iterator(LOG)) {
            groups.seekForPrev(Keys.end(log)); // no key of ours equals an end
            for (; events < eventsMin && groups.isValid(); groups.prev()) {
                var key = groups.key();
                if (!Keys.startsWith(key, log)) {
                    break;
                }
                var group = FactsCodec.facts(key, groups.value());
                page.add(group);
                events += group.events();
            }
            view.check(groups, LOG, log);
        }
        return page.reversed();
    }

    private static final class Counter {
        private long events;

        long add(int more) {
            events += more;
            return events;
        }
    }
}
