package mirrorneuron.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/** The workflows that rows run, as manifests. */
public final class Workflows {

    /** The type of every message in them. */
    public static final String GO = "go";

    private final String name;
    private final List<JsonValue> nodes = new ArrayList<>();
    private final List<JsonValue> edges = new ArrayList<>();

    private Workflows(String name) {
        this.name = name;
    }

    /** A router whose one message completes the job in an aggregator: one commit. */
    public static String oneStep() {
        return collecting("one_step", 1);
    }

    /** A router that passes its inputs to an aggregator, which completes the job after so many. */
    public static String collecting(String name, int messages) {
        return new Workflows(name)
                .router("source")
                .collector("sink", messages)
                .edge("source", "sink")
                .manifest("source");
    }

    /** One agent in Java, which completes the job. */
    public static String oneModule() {
        return new Workflows("one_module").module("only", Agents.FINISH).manifest("only");
    }

    /** Agents in Java one after the other; the last completes the job. */
    public static String chain(int length) {
        var chain = new Workflows("chain");
        for (int i = 0; i < length; i++) {
            chain.module("step" + i, i == length - 1 ? Agents.FINISH : Agents.PASS);
            if (i > 0) {
                chain.edge("step" + (i - 1), "step" + i);
            }
        }
        return chain.manifest("step0");
    }

    /** One message to many agents in Java, whose answers are joined. */
    public static String fanOut(int width) {
        var fan = new Workflows("fan_out").router("source").collector("sink", width);
        for (int i = 0; i < width; i++) {
            fan.module("worker" + i, Agents.PASS)
                    .edge("source", "worker" + i)
                    .edge("worker" + i, "sink");
        }
        return fan.manifest("source");
    }

    /** One message to very many routers, whose messages are joined. */
    public static String wide(int width) {
        var fan = new Workflows("wide").router("source").collector("sink", width);
        for (int i = 0; i < width; i++) {
            fan.router("agent" + i).edge("source", "agent" + i).edge("agent" + i, "sink");
        }
        return fan.manifest("source");
    }

    /** One message that goes round; the sensor in the circle ends the job after so many rounds. */
    public static String ring(int routers, int rounds) {
        var ring =
                new Workflows("ring")
                        .node(
                                "gate",
                                "sensor",
                                JsonObject.builder()
                                        .put("complete_after", rounds)
                                        .put("output_message_type", GO)
                                        // A terminal sink may not have edges, and this one has.
                                        .put("complete_job", true)
                                        .build());
        for (int i = 0; i < routers; i++) {
            ring.router("router" + i).edge(i == 0 ? "gate" : "router" + (i - 1), "router" + i);
        }
        return ring.edge("router" + (routers - 1), "gate").manifest("gate");
    }

    /** An agent that goes on in an hour: a live job that waits. */
    public static String sleeping() {
        return new Workflows("sleeping").module("sleeper", Agents.SLEEP).manifest("sleeper");
    }

    /** One message that goes round; after so many rounds the one module among the routers waits. */
    public static String tiring(int routers, int rounds) {
        var ring =
                new Workflows("tiring")
                        .node(
                                "sleeper",
                                "module",
                                JsonObject.builder()
                                        .put("module", Agents.TIRE)
                                        .put("rounds", rounds)
                                        .build());
        for (int i = 0; i < routers; i++) {
            ring.router("router" + i).edge(i == 0 ? "sleeper" : "router" + (i - 1), "router" + i);
        }
        return ring.edge("router" + (routers - 1), "sleeper").manifest("sleeper");
    }

    /** So many agents that were never sent anything. */
    public static String idle(int agents) {
        var idle = new Workflows("idle");
        for (int i = 0; i < agents; i++) {
            idle.router("agent" + i);
        }
        return idle.waiting();
    }

    /** So many commands at once that take an hour. */
    public static String waitingCommands(int commands) {
        var fan = new Workflows("waiting_commands").router("source");
        for (int i = 0; i < commands; i++) {
            fan.command("run" + i, "sleep", "3600").edge("source", "run" + i);
        }
        return fan.manifest("source");
    }

    /** Each input runs a command on every one of these executors. */
    public static String commands(int executors, int inputs) {
        var fan = new Workflows("commands").router("source").collector("sink", executors * inputs);
        for (int i = 0; i < executors; i++) {
            fan.command("run" + i, "true").edge("source", "run" + i).edge("run" + i, "sink");
        }
        return fan.manifest("source");
    }

    /** Steps one after the other, each done by a router: what the ledger alone costs. */
    public static String stepChain(int length) {
        var chain = new Workflows("step_chain");
        var order = new ArrayList<JsonValue>();
        for (int i = 0; i < length; i++) {
            chain.router("step" + i);
            if (i > 0) {
                chain.edge("step" + (i - 1), "step" + i);
                order.add(stepEdge("step" + (i - 1), "step" + i));
            }
        }
        return chain.steps(order);
    }

    /** One step, then many at once, then one that waits for all of them. */
    public static String stepFan(int width) {
        var fan = new Workflows("step_fan").router("first");
        var order = new ArrayList<JsonValue>();
        for (int i = 0; i < width; i++) {
            fan.router("middle" + i).edge("first", "middle" + i);
            order.add(stepEdge("first", "middle" + i));
            order.add(stepEdge("middle" + i, "last"));
        }
        return fan.router("last").steps(order);
    }

    private static JsonObject stepEdge(String from, String to) {
        return JsonObject.builder()
                .put("id", from + "-" + to)
                .put("from", from)
                .put("to", to)
                .build();
    }

    /** The same agents as steps of a workflow, in this order. */
    private String steps(List<JsonValue> order) {
        var steps = new ArrayList<JsonValue>();
        for (var node : nodes) {
            var id = ((JsonObject) node).string("node_id").orElseThrow();
            steps.add(JsonObject.builder().put("id", id).put("run", id).build());
        }
        var first = ((JsonObject) nodes.getFirst()).string("node_id").orElseThrow();
        return JsonObject.builder()
                .put("apiVersion", "mn.workflow/v1")
                .put("kind", "Workflow")
                .put("id", name)
                .put("name", name)
                .put("manifest_version", "1.0")
                .put("job_name", name)
                .put(
                        "contract",
                        JsonObject.builder()
                                .put("inputs", JsonObject.empty())
                                .put("outputs", JsonObject.of("primary", JsonObject.empty()))
                                .build())
                .put("runtime", JsonObject.of("bindings", JsonObject.empty()))
                .put(
                        "workflow",
                        JsonObject.builder()
                                .put("workflow_id", name)
                                .put("steps", JsonArray.of(steps))
                                .put("edges", JsonArray.of(order))
                                .build())
                .put(
                        "agents",
                        JsonObject.builder()
                                .put("schema", "mn.agents.communication_graph/v1")
                                .put("entrypoints", JsonArray.of(new JsonString(first)))
                                .put("nodes", JsonArray.of(nodes))
                                .put("edges", JsonArray.of(edges))
                                .build())
                .build()
                .toString();
    }

    /** So many inputs for the entrypoint {@code source}. */
    public static JsonObject inputs(int count) {
        var inputs = new ArrayList<JsonValue>(count);
        for (int i = 0; i < count; i++) {
            inputs.add(JsonObject.of("body", JsonObject.builder().put("number", i).build()));
        }
        return JsonObject.of("source", JsonArray.of(inputs));
    }

    private Workflows router(String id) {
        return node(id, "router", JsonObject.builder().put("emit_type", GO).build());
    }

    private Workflows module(String id, String module) {
        return node(id, "module", JsonObject.builder().put("module", module).build());
    }

    private Workflows command(String id, String... words) {
        return node(
                id,
                "executor",
                JsonObject.builder()
                        .put("runner_module", "host_local")
                        .put(
                                "command",
                                JsonArray.of(Arrays.stream(words).map(JsonString::new).toList()))
                        .put("output_message_type", GO)
                        .put("lease_queue_timeout_ms", 600_000)
                        .build());
    }

    private Workflows collector(String id, int messages) {
        return node(
                id,
                "aggregator",
                JsonObject.builder()
                        .put("complete_after", messages)
                        .put("terminal_sink", true)
                        .put("complete_run", true)
                        .build());
    }

    private Workflows node(String id, String type, JsonObject config) {
        nodes.add(
                JsonObject.builder()
                        .put("node_id", id)
                        .put("agent_type", type)
                        .put("role", nodes.isEmpty() ? "root" : "part")
                        .put("config", config)
                        .build());
        return this;
    }

    private Workflows edge(String from, String to) {
        edges.add(
                JsonObject.builder()
                        .put("edge_id", "e" + edges.size())
                        .put("from_node", from)
                        .put("to_node", to)
                        .put("message_type", GO)
                        .build());
        return this;
    }

    private String manifest(String entrypoint) {
        return manifest(
                entrypoint,
                JsonObject.of(
                        entrypoint,
                        JsonArray.of(
                                JsonObject.of(
                                        "body", JsonObject.builder().put("number", 1).build()))));
    }

    /** Nothing is sent to anybody, and the job stays. */
    private String waiting() {
        var first = ((JsonObject) nodes.getFirst()).string("node_id").orElseThrow();
        return manifest(first, JsonObject.empty());
    }

    private String manifest(String entrypoint, JsonObject inputs) {
        return JsonObject.builder()
                .put("manifest_version", "1.0")
                .put("graph_id", name)
                .put("entrypoints", JsonArray.of(new JsonString(entrypoint)))
                .put("initial_inputs", inputs)
                .put("nodes", JsonArray.of(nodes))
                .put("edges", JsonArray.of(edges))
                .put("policies", JsonObject.builder().put("recovery_mode", "local_restart").build())
                .build()
                .toString();
    }
}
