package mirrorneuron.runtime.simulation;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.job.Effect;
import mirrorneuron.engine.worker.StructuredResult;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.worker.WorkerOutcome;
import mirrorneuron.engine.worker.WorkerOutcome.Cause;

/**
 * A workflow with something of everything: a list is scattered and gathered, one of two branches is
 * skipped, a step fails and a handler hears of it, a person does not answer in time, a controller
 * adds steps in two rounds, and a step unfolds into rounds of others. What comes out is a sum that
 * is known beforehand.
 */
final class StepGraph extends Workload {

    private static final String MANIFEST =
            """
            {"apiVersion": "mn.workflow/v1", "kind": "Workflow", "id": "%1$s", "name": "Steps",
             "manifest_version": "1.0", "job_name": "steps",
             "workflow": {"workflow_id": "%1$s", "mode": "dynamic_dag",
              "execution": {"strategy": "parallel", "max_parallel_steps": %2$d},
              "steps": [
               {"id": "plan", "run": "plan"},
               {"id": "square", "run": "square",
                "control": {"retry": {"max_attempts": 4, "backoff_seconds": 0.3, "jitter": 0.5}}},
               {"id": "gather", "run": "gather",
                "control": {"approval": {"timeout_seconds": 5, "default_action": "approve"}}},
               {"id": "left", "run": "left"},
               {"id": "doomed", "run": "doomed", "control": {"failure_policy": "continue_partial"}},
               {"id": "handler", "run": "handler", "trigger_rule": "one_failed"},
               {"id": "lead", "run": "lead", "trigger_rule": "all_done"},
               {"id": "study", "run": "study", "control": {"timeout_seconds": 0}},
               {"id": "end", "run": "end", "trigger_rule": "all_done"}],
              "edges": [
               {"id": "e1", "from": "plan", "to": "square"}, {"id": "e2", "from": "square", "to": "gather"},
               {"id": "e3", "from": "plan", "to": "left"}, {"id": "e4", "from": "plan", "to": "doomed"},
               {"id": "e5", "from": "doomed", "to": "handler"}, {"id": "e6", "from": "gather", "to": "lead"},
               {"id": "e7", "from": "handler", "to": "lead"}, {"id": "e8", "from": "lead", "to": "end"},
               {"id": "e9", "from": "left", "to": "end"}, {"id": "e10", "from": "plan", "to": "study"},
               {"id": "e11", "from": "study", "to": "end"}],
              "child_workflows": {"study": {"planner": "think", "max_rounds": 4, "max_steps_per_round": 3,
               "templates": {"think": {"run": "think"}, "read": {"run": "read",
                "control": {"retry": {"max_attempts": 3, "backoff_seconds": 0.3}}}}}},
              "dynamic": {"enabled": true, "apply_at": "between_steps", "templates": {"extra": {"run": "extra"}},
               "regions": [{"id": "rounds", "strategy": "checkpoint_fanout", "controller": "lead", "templates": ["extra"]}]}},
             "agents": {"entrypoints": ["plan"], "edges": [], "nodes": [%3$s]}}
            """;
    private static final List<String> AGENTS =
            List.of(
                    "plan", "square", "gather", "left", "doomed", "handler", "lead", "extra",
                    "study", "think", "read", "end");
    private static final String NODE =
            """
            {"node_id": "%s", "agent_type": "executor", "config": {"runner_module": "host_local",
             "command": ["work"], "output_message_type": null, "safe_to_retry": true}}""";

    private final int items;
    private final int parallel;
    private final int together;

    StepGraph(RandomGenerator random) {
        this.items = 1 + random.nextInt(6);
        this.parallel = 1 + random.nextInt(4);
        this.together = random.nextInt(3);
    }

    @Override
    String name() {
        return "steps-" + parallel;
    }

    @Override
    JsonObject manifest() {
        var nodes = AGENTS.stream().map(NODE::formatted).toList();
        return (JsonObject)
                Json.parse(MANIFEST.formatted(name(), parallel, String.join(",", nodes)));
    }

    @Override
    JsonObject inputs() {
        return JsonObject.of("plan", JsonArray.of(Bodies.message("begin", "count", items)));
    }

    @Override
    Command command(Effect.StartWorker start) {
        var body = start.message().body();
        return switch (start.vertex().id().value()) {
            case "plan" -> done(JsonNumber.of(0), scatter(), branch());
            case "square" -> square(start, body);
            case "gather" -> done(JsonNumber.of(sum(body, "items")));
            case "doomed" -> new Command(List.of(), new Ending(1, Optional.empty()));
            case "lead" -> lead(start, body);
            case "extra" -> done(JsonNumber.of(1_000));
            case "think" -> think(body);
            case "read" -> read(start, body);
            case "end" -> done(total(start));
            default -> done(JsonNumber.of(1));
        };
    }

    @Override
    Optional<String> restsAfter(AgentId agent, WorkerOutcome outcome) {
        var id = agent.value();
        if (outcome instanceof WorkerOutcome.Failed failed) {
            boolean again = id.startsWith("square[") || id.startsWith("study:r");
            return again && failed.cause() == Cause.EXIT_STATUS
                    ? Optional.of("waiting_for_retry")
                    : Optional.empty();
        }
        // Nobody answers before the time is up.
        return id.equals("gather") ? Optional.of("waiting_for_person") : Optional.empty();
    }

    private static Command done(JsonValue output, Note... events) {
        return new Command(
                List.of(),
                new Ending(
                        0,
                        Optional.of(
                                new StructuredResult(
                                        List.of(events),
                                        List.of(),
                                        Optional.empty(),
                                        Optional.of(output),
                                        Optional.empty(),
                                        List.of()))));
    }

    private Note scatter() {
        var list = JsonArray.of(LongStream.rangeClosed(1, items).mapToObj(JsonNumber::of).toList());
        return new Note(
                "workflow_step_scatter",
                JsonObject.builder()
                        .put("target", "square")
                        .put("items", list)
                        .put("max_concurrency", together)
                        .build());
    }

    private static Note branch() {
        return new Note(
                "workflow_step_branch",
                JsonObject.of(
                        "branches", JsonArray.ofStrings(List.of("square", "doomed", "study"))));
    }

    /** Every third item fails twice, whatever becomes of the process in between. */
    private static Command square(Effect.StartWorker start, JsonValue body) {
        long item = Bodies.number(body, "item");
        long attempt = start.message().headers().integer("mn.workflow.attempt").orElse(1);
        return item % 3 == 0 && attempt <= 2
                ? new Command(List.of(), new Ending(1, Optional.empty()))
                : done(JsonNumber.of(item * item));
    }

    /** Two rounds of two steps, then what was found. */
    private static Command lead(Effect.StartWorker start, JsonValue body) {
        long round = Math.max(1, Bodies.number(body, "round"));
        if (round > 2) {
            return done(JsonNumber.of(sum(((JsonObject) body).array("results"))));
        }
        long revision = start.message().headers().integer("mn.workflow.graph_revision").orElse(0);
        var operations = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            var id = "extra-" + round + "-" + i;
            operations.append(
                    """
                    %s{"op": "add_step", "id": "%2$s", "template": "extra"},
                    {"op": "add_edge", "id": "lead-%2$s", "from": "lead", "to": "%2$s"}"""
                            .formatted(i == 0 ? "" : ",", id));
        }
        return done(
                JsonNumber.of(0),
                new Note(
                        "workflow_graph_patch",
                        JsonObject.builder()
                                .put("patch_id", "round-" + round)
                                .put("region_id", "rounds")
                                .put("base_revision", revision)
                                .put("operations", Json.parse("[" + operations + "]"))
                                .build()));
    }

    /** Two rounds of three steps, of which the last waits for the others; then their sum. */
    private static Command think(JsonValue body) {
        long round = Bodies.number(body, "round");
        var plan =
                round > 2
                        ? """
                        {"decision": "stop", "output": %d}"""
                                .formatted(sum(((JsonObject) body).array("results")))
                        : """
                        {"decision": "execute", "revision": %1$d, "steps": [
                         {"id": "a", "template": "read", "input": %1$d},
                         {"id": "b", "template": "read", "input": 10},
                         {"id": "c", "template": "read", "input": 100, "needs": ["a", "b"]}]}"""
                                .formatted(round);
        return done(JsonObject.of("child_plan", Json.parse(plan)));
    }

    /** A page that has a ten on it cannot be read at first. */
    private static Command read(Effect.StartWorker start, JsonValue body) {
        long page = Bodies.number(body, "input");
        long attempt = start.message().headers().integer("mn.workflow.attempt").orElse(1);
        return page == 10 && attempt == 1
                ? new Command(List.of(), new Ending(1, Optional.empty()))
                : done(JsonNumber.of(page));
    }

    private static long sum(JsonArray results) {
        long sum = 0;
        for (var result : results) {
            sum += ((JsonNumber) ((JsonObject) result).at("output")).asLong().orElse(0);
        }
        return sum;
    }

    private static long sum(JsonValue body, String name) {
        long sum = 0;
        for (var value : ((JsonObject) body).array(name)) {
            sum += ((JsonNumber) value).asLong().orElse(0);
        }
        return sum;
    }

    /** The last step tells how each of its parents ended, and what the controller has found. */
    private static JsonObject total(Effect.StartWorker start) {
        var told = JsonObject.builder();
        for (var element : start.workflow().array("parents")) {
            var parent = (JsonObject) element;
            told.put(parent.string("step_id").orElse(""), parent.at("output"));
            told.put(
                    parent.string("step_id").orElse("") + "_status",
                    new JsonString(parent.string("status").orElse("")));
        }
        return told.build();
    }

    @Override
    Optional<String> wrong(JsonValue output) {
        var expected =
                Json.parse(
                        """
                        {"lead": 4000, "lead_status": "completed", "left": null, "left_status": "skipped",
                         "study": 223, "study_status": "completed"}""");
        return output.equals(expected)
                ? Optional.empty()
                : Optional.of("output: " + output + " (expected: " + expected + ")");
    }
}
