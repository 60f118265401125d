package mirrorneuron.engine.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.ChildWorkflowSpec;

/**
 * What a planner says comes next: a round of steps, or nothing more.
 *
 * @param steps of the round in written order; empty when it stops
 * @param output of the whole when it stops
 */
record ChildPlan(boolean stops, List<Step> steps, String reason, JsonValue output) {

    static final int BYTES_MAX = 128 << 10;

    ChildPlan {
        steps = List.copyOf(steps);
    }

    /**
     * @param needs ids of steps of the same round
     */
    record Step(String id, String template, JsonValue input, List<String> needs) {
        Step {
            needs = List.copyOf(needs);
        }
    }

    /** A plan, or what is wrong with what was given as one. */
    record Parsed(Optional<ChildPlan> plan, String problem) {

        static Parsed wrong(String problem) {
            return new Parsed(Optional.empty(), problem);
        }
    }

    /**
     * @param revision that the plan has to name, when it names one
     */
    static Parsed parse(JsonValue output, ChildWorkflowSpec spec, int revision) {
        var json = document(output);
        if (json.isEmpty()) {
            return Parsed.wrong("child_plan: none (expected: an object with decision and steps)");
        }
        int bytes = json.toString().getBytes(UTF_8).length;
        if (bytes > BYTES_MAX) {
            return Parsed.wrong(
                    "child_plan: " + bytes + " bytes (expected: at most " + BYTES_MAX + ")");
        }
        OptionalLong named = json.integer("revision");
        if (named.isPresent() && named.getAsLong() != revision) {
            return Parsed.wrong(
                    "child_plan.revision: " + named.getAsLong() + " (expected: " + revision + ")");
        }
        return switch (json.string("decision").orElse("")) {
            case "stop" ->
                    new Parsed(
                            Optional.of(
                                    new ChildPlan(
                                            true,
                                            List.of(),
                                            json.string("reason").orElse(""),
                                            json.at("output"))),
                            "");
            case "execute" -> execute(json, spec);
            default ->
                    Parsed.wrong(
                            "child_plan.decision: "
                                    + json.at("decision")
                                    + " (expected: execute or stop)");
        };
    }

    /** The plan stands alone, or among a step's outputs. */
    private static JsonObject document(JsonValue output) {
        if (!(output instanceof JsonObject object)) {
            return JsonObject.empty();
        }
        if (object.at("child_plan") instanceof JsonObject plan) {
            return plan;
        }
        if (object.object("outputs").at("child_plan") instanceof JsonObject plan) {
            return plan;
        }
        return object.has("decision") ? object : JsonObject.empty();
    }

    private static Parsed execute(JsonObject json, ChildWorkflowSpec spec) {
        var array = json.array("steps");
        if (array.isEmpty() || array.size() > spec.stepsPerRoundMax()) {
            return Parsed.wrong(
                    "child_plan.steps: "
                            + array.size()
                            + " (expected: 1.."
                            + spec.stepsPerRoundMax()
                            + ")");
        }
        var steps = new LinkedHashMap<String, Step>();
        for (var element : array) {
            var step = element instanceof JsonObject object ? object : JsonObject.empty();
            var id = step.string("id").filter(text -> GraphPatch.ID.matcher(text).matches());
            var template = step.string("template").filter(spec.templates()::containsKey);
            if (id.isEmpty() || template.isEmpty()) {
                return Parsed.wrong(
                        "child_plan step: " + element + " (expected: an id, and a known template)");
            }
            if (steps.containsKey(id.get())) {
                return Parsed.wrong("child_plan step: " + id.get() + " twice (expected: once)");
            }
            steps.put(id.get(), new Step(id.get(), template.get(), step.at("input"), needs(step)));
        }
        var problem = order(steps);
        return problem.isEmpty()
                ? new Parsed(
                        Optional.of(
                                new ChildPlan(
                                        false,
                                        List.copyOf(steps.values()),
                                        json.string("reason").orElse(""),
                                        json.at("output"))),
                        "")
                : Parsed.wrong(problem);
    }

    private static List<String> needs(JsonObject step) {
        var needs = new ArrayList<String>();
        for (var need : step.array("needs")) {
            needs.add(need instanceof JsonString text ? text.value() : need.toString());
        }
        return needs;
    }

    /** Empty when every need is a step of the round and none waits for itself. */
    private static String order(Map<String, Step> steps) {
        var waits = new HashMap<String, Integer>();
        var open = new ArrayDeque<Step>();
        for (var step : steps.values()) {
            for (var need : step.needs()) {
                if (!steps.containsKey(need)) {
                    return "child_plan step "
                            + step.id()
                            + " needs "
                            + need
                            + " (expected: a step of the round)";
                }
            }
            waits.put(step.id(), new HashSet<>(step.needs()).size());
            if (step.needs().isEmpty()) {
                open.add(step);
            }
        }
        int seen = 0;
        while (!open.isEmpty()) {
            var done = open.remove();
            seen++;
            for (var step : steps.values()) {
                if (step.needs().contains(done.id())
                        && waits.merge(step.id(), -1, Integer::sum) == 0) {
                    open.add(step);
                }
            }
        }
        return seen == steps.size() ? "" : "child_plan.needs: a cycle (expected: none)";
    }

    JsonArray stepsJson() {
        return JsonArray.of(
                steps.stream()
                        .map(
                                step ->
                                        JsonObject.builder()
                                                .put("id", step.id())
                                                .put("template", step.template())
                                                .put("input", step.input())
                                                .put("needs", JsonArray.ofStrings(step.needs()))
                                                .build())
                        .toList());
    }

    static List<Step> steps(JsonArray array) {
        var steps = new ArrayList<Step>(array.size());
        for (var element : array) {
            var json = (JsonObject) element;
            steps.add(
                    new Step(
                            json.string("id").orElseThrow(),
                            json.string("template").orElseThrow(),
                            json.at("input"),
                            needs(json)));
        }
        return steps;
    }
}
