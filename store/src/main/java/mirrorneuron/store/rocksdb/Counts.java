package mirrorneuron.store.rocksdb;

import static mirrorneuron.store.rocksdb.Database.Family.INDEX;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonParseException;

/**
 * How many entries the index has for each status. Kept beside them and changed in the same batch,
 * so that nobody has to count; where it is missing or unreadable it is counted once.
 */
final class Counts {

    private final long[] byStatus = new long[JobStatus.values().length];

    /** What is stored in a view, else what its index holds. */
    static Counts read(Database.View view) {
        return view.get(INDEX, Keys.COUNTS).flatMap(Counts::parse).orElseGet(() -> counted(view));
    }

    private static Optional<Counts> parse(byte[] bytes) {
        try {
            if (Json.parse(bytes) instanceof JsonObject json) {
                var counts = new Counts();
                for (var status : JobStatus.values()) {
                    counts.byStatus[status.ordinal()] = json.integer(status.wire()).orElse(0);
                }
                return Optional.of(counts);
            }
        } catch (JsonParseException _) {
            // As good as missing: the index knows.
        }
        return Optional.empty();
    }

    private static Counts counted(Database.View view) {
        var counts = new Counts();
        for (var status : JobStatus.values()) {
            counts.byStatus[status.ordinal()] = IndexReader.size(view, status);
        }
        return counts;
    }

    void add(JobStatus status, int jobs) {
        byStatus[status.ordinal()] += jobs;
    }

    byte[] bytes() {
        var json = JsonObject.builder();
        toMap().forEach((status, jobs) -> json.put(status.wire(), jobs));
        return Json.bytes(json.build());
    }

    /** A status without jobs is absent. */
    Map<JobStatus, Long> toMap() {
        var map = new EnumMap<JobStatus, Long>(JobStatus.class);
        for (var status : JobStatus.values()) {
            if (byStatus[status.ordinal()] != 0) {
                map.put(status, byStatus[status.ordinal()]);
            }
        }
        return map;
    }
}
