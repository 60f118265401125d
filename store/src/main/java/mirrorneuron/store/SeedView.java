package mirrorneuron.store;

import java.util.Comparator;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * What a store holds, under the key names that outside tools know, whatever adapter keeps it. Each
 * line is one JSON document {@code {"key","type","value"}}: a {@code set} and a {@code list} have
 * an array as value, a {@code string} has the document itself.
 *
 * @see "storage contract, sections 2.1 and 5"
 */
public final class SeedView {

    /** The prefix of all keys unless an operator names another one. */
    public static final String PREFIX = "mirror_neuron";

    private SeedView() {}

    /** Exports under the usual prefix. */
    public static void export(Store store, Consumer<String> line) {
        export(store, PREFIX, line);
    }

    /**
     * Gives one line for each key: the set of jobs first, then each job's keys by ascending id. A
     * job that changes meanwhile appears as it was when its line was made.
     */
    public static void export(Store store, String prefix, Consumer<String> line) {
        var records =
                store.records(Set.of(), OptionalInt.empty()).stream()
                        .sorted(Comparator.comparing(JobRecord::jobId))
                        .toList();
        var ids =
                records.stream()
                        .map(JobRecord::jobId)
                        .map(JobId::value)
                        .<JsonValue>map(JsonString::new)
                        .toList();
        line.accept(line(prefix + ":jobs", "set", JsonArray.of(ids)));
        for (var record : records) {
            var job = prefix + ":job:" + IdText.encode(record.jobId().value());
            line.accept(line(job, "string", record.raw()));
            var letters = store.deadLetters(record.jobId());
            if (!letters.isEmpty()) {
                var documents =
                        letters.stream().map(DeadLetter::toJson).<JsonValue>map(l -> l).toList();
                line.accept(line(job + ":dead_letters", "list", JsonArray.of(documents)));
            }
        }
    }

    private static String line(String key, String type, JsonValue value) {
        return JsonObject.builder()
                .put("key", key)
                .put("type", type)
                .put("value", value)
                .build()
                .toString();
    }
}
