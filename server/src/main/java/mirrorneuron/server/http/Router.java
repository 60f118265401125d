package mirrorneuron.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a path, segment by segment: a fixed segment wins over a parameter, whatever
 * the order in which routes were added. Immutable once made.
 */
public final class Router {

    private final Node root = new Node();
    private final List<Route> routes;

    public Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
        this.routes.forEach(this::add);
    }

    public List<Route> routes() {
        return routes;
    }

    /** What stands at a path. */
    sealed interface Found {

        /** A route, with the segments that its parameters stand for. */
        record At(Route route, Map<String, String> parameters, List<String> tail)
                implements Found {}

        /** The path is known, the method is not. */
        record OtherMethods(List<String> allowed) implements Found {}

        record Nothing() implements Found {}
    }

    Found find(String method, List<String> segments) {
        var values = new ArrayList<String>();
        var node = root.descend(segments, 0, values);
        if (node == null) {
            return new Found.Nothing();
        }
        var wanted = method.equals("HEAD") ? "GET" : method;
        var route = node.byMethod.get(wanted);
        if (route == null) {
            return new Found.OtherMethods(node.allowed());
        }
        var parameters = new LinkedHashMap<String, String>();
        int taken = 0;
        for (var part : parts(route.template())) {
            if (isTail(part)) {
                break;
            }
            if (isParameter(part)) {
                parameters.put(part.substring(1, part.length() - 1), values.get(taken++));
            }
        }
        return new Found.At(route, parameters, values.subList(taken, values.size()));
    }

    private void add(Route route) {
        var node = root;
        for (var part : parts(route.template())) {
            node = node.child(part);
        }
        if (node.byMethod.put(route.method(), route) != null) {
            throw new IllegalArgumentException(
                    "route " + route.method() + " " + route.template() + ": added twice");
        }
    }

    private static List<String> parts(String template) {
        var parts = new ArrayList<String>();
        for (var part : template.split("/")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static boolean isParameter(String part) {
        return part.startsWith("{");
    }

    private static boolean isTail(String part) {
        return part.endsWith("...}");
    }

    private static final class Node {

        final Map<String, Node> fixed = new HashMap<>();
        @Nullable Node parameter;
        @Nullable Node tail;
        final Map<String, Route> byMethod = new TreeMap<>();

        Node child(String part) {
            if (isTail(part)) {
                tail = Optional.ofNullable(tail).orElseGet(Node::new);
                return tail;
            }
            if (isParameter(part)) {
                parameter = Optional.ofNullable(parameter).orElseGet(Node::new);
                return parameter;
            }
            return fixed.computeIfAbsent(part, _ -> new Node());
        }

        @Nullable Node descend(List<String> segments, int depth, List<String> values) {
            if (depth == segments.size()) {
                return byMethod.isEmpty() ? null : this;
            }
            var segment = segments.get(depth);
            var next = fixed.get(segment);
            if (next != null) {
                var found = next.descend(segments, depth + 1, values);
                if (found != null) {
                    return found;
                }
            }
            if (parameter != null) {
                values.add(segment);
                var found = parameter.descend(segments, depth + 1, values);
                if (found != null) {
                    return found;
                }
                values.removeLast();
            }
            if (tail != null) {
                values.addAll(segments.subList(depth, segments.size()));
                return tail;
            }
            return null;
        }

        List<String> allowed() {
            var allowed = new ArrayList<>(byMethod.keySet());
            if (byMethod.containsKey("GET")) {
                allowed.add("HEAD");
            }
            allowed.add("OPTIONS");
            return allowed;
        }
    }
}
