package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;
import org.jspecify.annotations.Nullable;

/**
 * The initial inputs of a job, in the order in which they are delivered: entrypoint by entrypoint,
 * as written. They are read from the definition one at a time, so a job with a million inputs holds
 * none of them in memory until its entrypoint has room.
 */
final class Seeds {

    private final List<AgentId> entrypoints;
    private final List<List<JsonValue>> inputs;
    // Number of the first input of each entrypoint; the last element is the number of all inputs.
    private final int[] starts;

    /**
     * @param ledger of a workflow, whose inputs are the body of an entrypoint's first message
     *     unless the entrypoint has messages of its own; null when there are no steps
     */
    Seeds(Graph graph, JsonObject overrides, @Nullable Ledger ledger) {
        this.entrypoints = graph.manifest().entrypoints();
        this.inputs = new ArrayList<>(entrypoints.size());
        this.starts = new int[entrypoints.size() + 1];
        for (int i = 0; i < entrypoints.size(); i++) {
            var own = of(entrypoints.get(i), graph, overrides, ledger);
            inputs.add(own);
            starts[i + 1] = starts[i] + own.size();
        }
    }

    private static List<JsonValue> of(
            AgentId entrypoint, Graph graph, JsonObject overrides, @Nullable Ledger ledger) {
        // Whoever submits knows the manifest's names; each node's group gets the same.
        var name = graph.writtenId(graph.vertex(entrypoint)).value();
        if (overrides.has(name)) {
            return overrides.at(name) instanceof JsonArray array
                    ? array.values()
                    : List.of(overrides.at(name));
        }
        var written = graph.manifest().initialInputs().get(entrypoint);
        if (written != null) {
            return written;
        }
        var inputs = ledger == null ? JsonObject.empty() : Variables.inputs(ledger.variables);
        return List.of(inputs.isEmpty() ? inputs : JsonObject.of("body", inputs));
    }

    int size() {
        return starts[entrypoints.size()];
    }

    AgentId target(int index) {
        return entrypoints.get(entrypoint(index));
    }

    JsonValue input(int index) {
        int at = entrypoint(index);
        return inputs.get(at).get(index - starts[at]);
    }

    private int entrypoint(int index) {
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException("seed: " + index + " (expected: < " + size() + ")");
        }
        int low = 0;
        int high = entrypoints.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
