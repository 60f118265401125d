package mirrorneuron.engine.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.engine.manifest.EdgeSpec;
import mirrorneuron.engine.manifest.RuntimeManifest;
import org.jspecify.annotations.Nullable;

/**
 * A manifest compiled for running. Immutable; safe from any thread.
 *
 * <p>A job of type {@code system} or {@code sysbatch} runs it laid out over its nodes ({@link
 * #onNodes}).
 */
public final class Graph {

    private final RuntimeManifest manifest;

    /** The nodes that have a group of agents each; empty when agents belong to no node. */
    private final List<String> nodes;

    /** As the manifest was written, before it was laid out over nodes. */
    private final @Nullable Graph written;

    private final List<Vertex> vertices;

    // Not changed any more. Ids that count up have hashes that count up, which an immutable map,
    // probing place after place, pays for with long runs.
    private final Map<AgentId, Vertex> byId;
    private final Map<String, EdgeSpec> edgesById;
    private final int[] component;
    private final List<int[]> inbound;

    private Graph(RuntimeManifest manifest, List<String> nodes, @Nullable Graph written) {
        this.manifest = manifest;
        this.nodes = nodes;
        this.written = written;
        int size = manifest.nodes().size();
        var index = new HashMap<AgentId, Integer>(size * 2);
        for (int i = 0; i < size; i++) {
            index.put(manifest.nodes().get(i).id(), i);
        }
        var outbound = new ArrayList<List<EdgeSpec>>(size);
        var sources = new ArrayList<List<Integer>>(size);
        for (int i = 0; i < size; i++) {
            outbound.add(new ArrayList<>(2));
            sources.add(new ArrayList<>(2));
        }
        for (var edge : manifest.edges()) {
            int from = indexOf(index, edge.from());
            outbound.get(from).add(edge);
            sources.get(indexOf(index, edge.to())).add(from);
        }
        var built = new ArrayList<Vertex>(size);
        var ids = new HashMap<AgentId, Vertex>(size * 2);
        for (int i = 0; i < size; i++) {
            var vertex = new Vertex(i, manifest.nodes().get(i), outbound.get(i));
            built.add(vertex);
            ids.put(vertex.id(), vertex);
        }
        this.vertices = List.copyOf(built);
        this.byId = ids;
        var edges = new HashMap<String, EdgeSpec>(manifest.edges().size() * 2);
        manifest.edges().forEach(edge -> edges.put(edge.id(), edge));
        this.edgesById = edges;
        this.inbound =
                sources.stream()
                        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                        .toList();
        this.component = components(built, ids);
    }

    public static Graph of(RuntimeManifest manifest) {
        return new Graph(manifest, List.of(), null);
    }

    /** The graph with a group of agents on each of these nodes; as it was written for none. */
    public Graph onNodes(List<String> targets) {
        var origin = written == null ? this : written;
        if (targets.equals(nodes) || targets.isEmpty()) {
            return targets.isEmpty() ? origin : this;
        }
        return new Graph(origin.manifest.onNodes(targets), List.copyOf(targets), origin);
    }

    /** The nodes that have a group of agents each; empty when agents belong to no node. */
    public List<String> nodes() {
        return nodes;
    }

    /** The node whose group the agent belongs to; empty when agents belong to no node. */
    public Optional<String> node(Vertex vertex) {
        return written == null
                ? Optional.empty()
                : Optional.of(nodes.get(vertex.index() / written.vertices.size()));
    }

    /** The name that the manifest has for the agent: its id without the node. */
    public AgentId writtenId(Vertex vertex) {
        return written == null
                ? vertex.id()
                : written.vertices.get(vertex.index() % written.vertices.size()).id();
    }

    public RuntimeManifest manifest() {
        return manifest;
    }

    public List<Vertex> vertices() {
        return vertices;
    }

    /**
     * The agent of this id; where there is one group only, the manifest's own name will do. Among
     * several groups that would be anybody's guess, so it finds nobody.
     */
    public Optional<Vertex> find(AgentId id) {
        var vertex = byId.get(id);
        return vertex == null && nodes.size() == 1
                ? inGroup(id, nodes.getFirst())
                : Optional.ofNullable(vertex);
    }

    /** Whom the agent means by this name: its neighbour in the group, unless it says the node. */
    public Optional<Vertex> find(AgentId id, Vertex from) {
        return find(id).or(() -> node(from).flatMap(node -> inGroup(id, node)));
    }

    private Optional<Vertex> inGroup(AgentId id, String node) {
        return Optional.ofNullable(byId.get(RuntimeManifest.onNode(id, node)));
    }

    /**
     * @throws IllegalArgumentException when the graph has no such agent
     */
    public Vertex vertex(AgentId id) {
        var vertex = byId.get(id);
        if (vertex == null) {
            throw new IllegalArgumentException(
                    "agent: " + id + " (expected: an agent of " + manifest.graphId() + ")");
        }
        return vertex;
    }

    /**
     * @throws IllegalArgumentException when the graph has no such edge
     */
    public EdgeSpec edge(String id) {
        var edge = edgesById.get(id);
        if (edge == null) {
            throw new IllegalArgumentException(
                    "edge: " + id + " (expected: an edge of " + manifest.graphId() + ")");
        }
        return edge;
    }

    /** True when a message from one agent to the other can come back: both lie on one cycle. */
    public boolean sameCycle(Vertex from, Vertex to) {
        return component[from.index()] == component[to.index()];
    }

    /** Every agent that messages of this one can reach, itself included. */
    public BitSet downstream(Vertex from) {
        return reach(
                from,
                vertex ->
                        vertices.get(vertex).outbound().stream()
                                .mapToInt(edge -> vertex(edge.to()).index())
                                .toArray());
    }

    /** Positions of the agents that have an edge to this one; an agent may be there twice. */
    public int[] sources(Vertex to) {
        return inbound.get(to.index()).clone();
    }

    /** Every agent whose messages can reach this one, itself excluded unless it lies on a cycle. */
    public BitSet upstream(Vertex to) {
        var seen = new BitSet(vertices.size());
        var open = new ArrayDeque<Integer>();
        for (int source : inbound.get(to.index())) {
            open.add(source);
        }
        while (!open.isEmpty()) {
            int at = open.remove();
            if (!seen.get(at)) {
                seen.set(at);
                for (int source : inbound.get(at)) {
                    open.add(source);
                }
            }
        }
        return seen;
    }

    private BitSet reach(Vertex from, java.util.function.IntFunction<int[]> neighbours) {
        var seen = new BitSet(vertices.size());
        var open = new ArrayDeque<Integer>();
        open.add(from.index());
        while (!open.isEmpty()) {
            int at = open.remove();
            if (!seen.get(at)) {
                seen.set(at);
                for (int next : neighbours.apply(at)) {
                    open.add(next);
                }
            }
        }
        return seen;
    }

    private static int indexOf(Map<AgentId, Integer> index, AgentId id) {
        var at = index.get(id);
        if (at == null) {
            throw new IllegalArgumentException(
                    "edge end: " + id + " (expected: an agent of the graph)");
        }
        return at;
    }

    /**
     * Strongly connected components by Tarjan's algorithm, with an explicit stack: graphs may be
     * deep.
     */
    private static int[] components(List<Vertex> vertices, Map<AgentId, Vertex> byId) {
        int size = vertices.size();
        var targets = new int[size][];
        for (int i = 0; i < size; i++) {
            targets[i] =
                    vertices.get(i).outbound().stream()
                            .mapToInt(
                                    edge ->
                                            java.util.Objects.requireNonNull(byId.get(edge.to()))
                                                    .index())
                            .toArray();
        }
        var component = new int[size];
        var order = new int[size];
        var low = new int[size];
        var next = new int[size];
        Arrays.fill(order, -1);
        Arrays.fill(component, -1);
        var open = new ArrayDeque<Integer>();
        var path = new ArrayDeque<Integer>();
        int visited = 0;
        int components = 0;
        for (int root = 0; root < size; root++) {
            if (order[root] >= 0) {
                continue;
            }
            path.push(root);
            while (!path.isEmpty()) {
                int at = path.peek();
                if (order[at] < 0) {
                    order[at] = low[at] = visited++;
                    open.push(at);
                }
                if (next[at] < targets[at].length) {
                    int to = targets[at][next[at]++];
                    if (order[to] < 0) {
                        path.push(to);
                    } else if (component[to] < 0) {
                        low[at] = Math.min(low[at], order[to]);
                    }
                    continue;
                }
                path.pop();
                if (low[at] == order[at]) {
                    int member;
                    do {
                        member = open.pop();
                        component[member] = components;
                    } while (member != at);
                    components++;
                }
                if (!path.isEmpty()) {
                    int parent = path.peek();
                    low[parent] = Math.min(low[parent], low[at]);
                }
            }
        }
        return component;
    }
}
