package mirrorneuron.engine.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonWriter;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.job.JobEvent.Output;

/**
 * How many messages went along each edge of the graph, and when the last one did; and the same of
 * messages that went straight to an agent. Counted as they are sent, so that nobody has to read the
 * log for it. Costs two numbers for each edge of a graph in use, however many messages there are.
 */
final class Traffic {

    /** Ways beside the edges that are told apart; what goes other ways is only counted. */
    static final int DIRECT_MAX = 1_000;

    private static final long[] NONE = {};

    private long[] counts = NONE;
    private long[] lastAt = NONE;
    private final Map<Way, Passed> direct = new LinkedHashMap<>(0);
    private long otherDirect;

    /** What is sent straight to an agent goes this way. */
    record Way(String from, String to, String type) {}

    static final class Passed {
        long count;
        long lastAt;
    }

    void sent(Graph graph, Output output, long atMs) {
        if (output.edgeId().isEmpty()) {
            sentDirectly(output.message(), atMs);
            return;
        }
        if (counts == NONE) {
            counts = new long[graph.manifest().edges().size()];
            lastAt = new long[counts.length];
        }
        int edge = graph.edge(output.edgeId()).index();
        counts[edge]++;
        lastAt[edge] = atMs;
    }

    private void sentDirectly(Message message, long atMs) {
        var way = new Way(message.from(), message.to(), message.type());
        var passed = direct.get(way);
        if (passed == null) {
            if (direct.size() >= DIRECT_MAX) {
                otherDirect++;
                return;
            }
            passed = new Passed();
            direct.put(way, passed);
        }
        passed.count++;
        passed.lastAt = atMs;
    }

    /** Messages that went along the edge with this position in the manifest. */
    long count(int edge) {
        return edge < counts.length ? counts[edge] : 0;
    }

    /** When the last one did; 0 = none has. */
    long lastAt(int edge) {
        return edge < lastAt.length ? lastAt[edge] : 0;
    }

    /** Ways beside the edges, in the order in which they were first taken. */
    Map<Way, Passed> direct() {
        return Collections.unmodifiableMap(direct);
    }

    /** Messages that went ways which are not told apart any more. */
    long otherDirect() {
        return otherDirect;
    }

    /**
     * Writes nothing when nothing was sent. Edges are position, count and time, one after another.
     */
    void write(JsonWriter to) {
        if (counts == NONE && direct.isEmpty()) {
            return;
        }
        to.name("traffic").beginObject().name("edges").beginArray();
        for (int edge = 0; edge < counts.length; edge++) {
            if (counts[edge] > 0) {
                to.value(edge).value(counts[edge]).value(lastAt[edge]);
            }
        }
        to.endArray();
        if (!direct.isEmpty()) {
            to.name("direct").beginArray();
            direct.forEach(
                    (way, passed) ->
                            to.beginObject()
                                    .field("f", way.from())
                                    .field("t", way.to())
                                    .field("m", way.type())
                                    .field("n", passed.count)
                                    .field("at", passed.lastAt)
                                    .endObject());
            to.endArray().field("other", otherDirect);
        }
        to.endObject();
    }

    void read(JsonObject json, Graph graph) {
        var edges = json.array("edges");
        if (!edges.isEmpty()) {
            counts = new long[graph.manifest().edges().size()];
            lastAt = new long[counts.length];
            for (int i = 0; i < edges.size(); i += 3) {
                int edge = (int) number(edges, i);
                counts[edge] = number(edges, i + 1);
                lastAt[edge] = number(edges, i + 2);
            }
        }
        for (var element : json.array("direct")) {
            var way = (JsonObject) element;
            var passed = new Passed();
            passed.count = SnapshotCodec.number(way, "n");
            passed.lastAt = SnapshotCodec.number(way, "at");
            direct.put(
                    new Way(
                            EventCodec.text(way, "f"),
                            EventCodec.text(way, "t"),
                            EventCodec.text(way, "m")),
                    passed);
        }
        otherDirect = SnapshotCodec.number(json, "other");
    }

    private static long number(JsonArray numbers, int index) {
        return ((JsonNumber) numbers.get(index)).asLong().orElse(0);
    }
}
