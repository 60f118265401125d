package mirrorneuron.engine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.AgentId;
import mirrorneuron.engine.manifest.Behaviour;
import mirrorneuron.engine.manifest.EdgeSpec;
import mirrorneuron.engine.manifest.NodeSpec;

/** An agent's place in its graph. Immutable after the graph is built. */
public final class Vertex {

    private final int index;
    private final NodeSpec spec;
    private final List<EdgeSpec> outbound;
    private final Map<String, List<EdgeSpec>> byType;
    private final List<EdgeSpec> anyType;

    Vertex(int index, NodeSpec spec, List<EdgeSpec> outbound) {
        this.index = index;
        this.spec = spec;
        this.outbound = List.copyOf(outbound);
        var named = new HashMap<String, List<EdgeSpec>>();
        var any = new ArrayList<EdgeSpec>();
        for (var edge : outbound) {
            if (edge.messageType().equals("*")) {
                any.add(edge);
            } else {
                named.computeIfAbsent(edge.messageType(), _ -> new ArrayList<>());
            }
        }
        named.replaceAll(
                (type, _) -> outbound.stream().filter(edge -> edge.accepts(type)).toList());
        this.byType = Map.copyOf(named);
        this.anyType = List.copyOf(any);
    }

    public int index() {
        return index;
    }

    public AgentId id() {
        return spec.id();
    }

    public NodeSpec spec() {
        return spec;
    }

    public Behaviour behaviour() {
        return spec.behaviour();
    }

    /** Edges that leave here, in manifest order. */
    public List<EdgeSpec> outbound() {
        return outbound;
    }

    /** Edges that leave here and match the type, in manifest order. */
    public List<EdgeSpec> candidates(String messageType) {
        return byType.getOrDefault(messageType, anyType);
    }
}
