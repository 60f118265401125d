package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import mirrorneuron.api.json.JsonObject;

/**
 * What the nodes have and how much of it may be used.
 *
 * @param mode {@code single_node} or {@code cluster}
 * @param raw the whole as a document: {@code mode, node_count, limits, totals, combined, usable,
 *     nodes, native_ports}. Sizes are in GB of 2<sup>30</sup> bytes unless their name says MB
 */
public record ResourceReport(String mode, int nodeCount, ResourceLimits limits, JsonObject raw) {

    public ResourceReport {
        requireNonNull(mode, "mode");
        requireNonNull(limits, "limits");
        requireNonNull(raw, "raw");
    }

    public JsonObject toJson() {
        return raw;
    }

    /** Reads the document; limits that are missing are none. */
    public static ResourceReport fromJson(JsonObject raw) {
        return new ResourceReport(
                raw.string("mode").orElse("single_node"),
                (int) raw.integer("node_count").orElse(0),
                ResourceLimits.fromJson(raw.object("limits")),
                raw);
    }
}
