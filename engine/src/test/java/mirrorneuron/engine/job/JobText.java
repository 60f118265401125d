package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import mirrorneuron.api.Severity;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.engine.manifest.ManifestLoader;
import mirrorneuron.engine.manifest.RuntimeManifest;

/**
 * A manifest in a few lines, so that a spec shows its graph at a glance.
 *
 * <pre>
 * a: router
 * x: executor {'max_attempts': 3}
 * a -> x: init {'routing_mode': 'first_match'}
 * entrypoints: a
 * inputs: {'a': [1, 2]}
 * policies: {'recovery_mode': 'manual_recover'}
 * type: service
 * </pre>
 *
 * A workflow has steps too, each with the agent that drives it and the members it has beside that,
 * and edges between steps:
 *
 * <pre>
 * step draft: x {'control': {'retry': {'max_attempts': 3}}}
 * draft => review {'accepts': ['done', 'skipped']}
 * workflow: {'execution': 'serial'}
 * bindings: {'draft': {'workers': [{'id': 'x'}, {'id': 'y'}]}}
 * control: {'liveness': {'timeout_ms': 1000}}
 * </pre>
 *
 * Single quotes stand for double ones. The braces hold a node's config or an edge's members. The
 * first agent is the entrypoint unless another is named; executors run {@code true} on the host,
 * and modules are called {@code m}. What comes of it goes through the real loader.
 */
final class JobText {

    private static final Pattern EDGE = Pattern.compile("(\\S+) -> (\\S+): (\\S+)\\s*(\\{.*})?");
    private static final Pattern STEP = Pattern.compile("step (\\S+): (\\S+)\\s*(\\{.*})?");
    private static final Pattern STEP_EDGE = Pattern.compile("(\\S+) => (\\S+)\\s*(\\{.*})?");
    private static final Pattern NODE = Pattern.compile("(\\S+): (\\S+)\\s*(\\{.*})?");

    private JobText() {}

    static JsonValue json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    static JsonObject object(String text) {
        return (JsonObject) json(text);
    }

    static Graph graph(String text) {
        var document = document(text);
        var loaded = ManifestLoader.load(document, ManifestLimits.DEFAULT);
        assertThat(loaded.issues().stream().filter(i -> i.severity() == Severity.ERROR))
                .as("errors of the manifest of this spec")
                .isEmpty();
        return Graph.of(loaded.manifest().orElseThrow());
    }

    /** A definition without agents: a workflow may be one, a flat manifest is refused. */
    static RuntimeManifest withoutNodes() {
        var some = graph("a: router").manifest();
        return new RuntimeManifest(
                some.dialect(),
                some.graphId(),
                some.jobName(),
                some.manifestVersion(),
                some.type(),
                some.jobType(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                some.policies(),
                some.workflow(),
                some.metadata(),
                some.raw());
    }

    static JsonObject document(String text) {
        var nodes = new ArrayList<JsonObject>();
        var edges = new ArrayList<JsonObject>();
        var top =
                JsonObject.builder()
                        .put("manifest_version", "1.0")
                        .put("graph_id", "g")
                        .put("job_name", "spec");
        List<String> entrypoints = new ArrayList<>();
        var steps = new ArrayList<JsonObject>();
        var stepEdges = new ArrayList<JsonObject>();
        var workflow = JsonObject.empty();
        var runtime = JsonObject.builder();
        for (var line : text.strip().split("\n")) {
            var trimmed = line.strip();
            if (trimmed.isEmpty()) {
                continue;
            }
            if (addStep(trimmed, steps) || addStepEdge(trimmed, stepEdges)) {
                continue;
            }
            var key = trimmed.substring(0, trimmed.indexOf(':') + 1);
            var rest = trimmed.substring(trimmed.indexOf(':') + 1).strip();
            switch (key) {
                case "entrypoints:" -> entrypoints = List.of(rest.split(",\\s*"));
                case "inputs:" -> top.put("initial_inputs", json(rest));
                case "policies:" -> top.put("policies", json(rest));
                case "type:" -> top.put("type", rest);
                case "bindings:" -> runtime.put("bindings", json(rest));
                case "control:" -> runtime.put("workflow_control", json(rest));
                case "workflow:" -> workflow = object(rest);
                default -> add(trimmed, nodes, edges);
            }
        }
        if (entrypoints.isEmpty() && !nodes.isEmpty()) {
            entrypoints = List.of(nodes.getFirst().string("node_id").orElseThrow());
        }
        if (!steps.isEmpty()) {
            top.put("runtime", runtime.build());
            return workflow(top.build(), workflow, steps, stepEdges, nodes, edges, entrypoints);
        }
        return top.put("nodes", JsonArray.of(nodes))
                .put("edges", JsonArray.of(edges))
                .put("entrypoints", JsonArray.ofStrings(entrypoints))
                .build();
    }

    private static JsonObject workflow(
            JsonObject top,
            JsonObject workflow,
            List<JsonObject> steps,
            List<JsonObject> stepEdges,
            List<JsonObject> nodes,
            List<JsonObject> edges,
            List<String> entrypoints) {
        return JsonObject.builder()
                .putAll(top.without("graph_id"))
                .put("apiVersion", "mn.workflow/v1")
                .put("kind", "Workflow")
                .put("id", "g")
                .put("name", "spec")
                .put(
                        "workflow",
                        JsonObject.builder()
                                .put("workflow_id", "g")
                                .put("steps", JsonArray.of(steps))
                                .put("edges", JsonArray.of(stepEdges))
                                .putAll(workflow)
                                .build())
                .put(
                        "agents",
                        JsonObject.builder()
                                .put("nodes", JsonArray.of(nodes))
                                .put("edges", JsonArray.of(edges))
                                .put("entrypoints", JsonArray.ofStrings(entrypoints))
                                .build())
                .build();
    }

    private static boolean addStep(String line, List<JsonObject> steps) {
        var step = STEP.matcher(line);
        if (!step.matches()) {
            return false;
        }
        var members = step.group(3) == null ? JsonObject.empty() : object(step.group(3));
        steps.add(
                JsonObject.builder()
                        .put("id", step.group(1))
                        .put("run", step.group(2))
                        .putAll(members)
                        .build());
        return true;
    }

    private static boolean addStepEdge(String line, List<JsonObject> edges) {
        var edge = STEP_EDGE.matcher(line);
        if (!edge.matches()) {
            return false;
        }
        var members = edge.group(3) == null ? JsonObject.empty() : object(edge.group(3));
        edges.add(
                JsonObject.builder()
                        .put("id", edge.group(1) + "-to-" + edge.group(2))
                        .put("from", edge.group(1))
                        .put("to", edge.group(2))
                        .putAll(members)
                        .build());
        return true;
    }

    private static void add(String line, List<JsonObject> nodes, List<JsonObject> edges) {
        var edge = EDGE.matcher(line);
        if (edge.matches()) {
            var members = edge.group(4) == null ? JsonObject.empty() : object(edge.group(4));
            edges.add(
                    JsonObject.builder()
                            .put("from_node", edge.group(1))
                            .put("to_node", edge.group(2))
                            .put("message_type", edge.group(3))
                            .putAll(members)
                            .build());
            return;
        }
        var node = NODE.matcher(line);
        assertThat(node.matches()).as("line of a job text: %s", line).isTrue();
        var type = node.group(2);
        var config = node.group(3) == null ? JsonObject.empty() : object(node.group(3));
        nodes.add(
                JsonObject.builder()
                        .put("node_id", node.group(1))
                        .put("agent_type", type)
                        .put("config", defaults(type, config))
                        .build());
    }

    private static JsonObject defaults(String type, JsonObject config) {
        return switch (type) {
            case "executor" ->
                    JsonObject.builder()
                            .put("runner", "host_local")
                            .put("command", JsonArray.of(new JsonString("true")))
                            .putAll(config)
                            .build();
            case "module" -> JsonObject.builder().put("module", "m").putAll(config).build();
            default -> config;
        };
    }
}
