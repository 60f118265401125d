package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Finds out in which order the steps come when the author wrote no edges: by what they need, else
 * by the names they provide and require, else by the events they send, else by their places in the
 * list when they run one after the other.
 *
 * @see "manifest contract, section 4.6"
 */
final class StepOrder {

    /** Words after {@code on} that end the run and name no step. */
    private static final List<String> ENDS =
            List.of("completed", "complete", "done", "failed", "end");

    private final List<StepDraft> steps;
    private final Map<String, Integer> positions;
    private final StepEdgeReader edges;

    StepOrder(List<StepDraft> steps, Map<String, Integer> positions, StepEdgeReader edges) {
        this.steps = steps;
        this.positions = positions;
        this.edges = edges;
    }

    /** Adds what {@code needs} says; it holds beside edges that are written. */
    void addNeeds() {
        for (var step : steps) {
            var needs = step.fields().array("step.needs_invalid", "needs");
            for (int i = 0; i < needs.size(); i++) {
                var place = step.fields().at("needs").element(i);
                if (needs.get(i) instanceof JsonString(var text)
                        && positions.get(text.strip()) instanceof Integer from) {
                    edges.derive(from, step.index(), Optional.empty(), place);
                } else {
                    step.fields()
                            .findings()
                            .wrong(
                                    "step.needs_unknown",
                                    place,
                                    needs.get(i),
                                    "the id of a step",
                                    "");
                }
            }
        }
    }

    /**
     * Derives edges from everything else.
     *
     * @param serial whether the list itself is an order
     */
    void addRest(boolean serial) {
        addRequired();
        if (edges.edges().isEmpty()) {
            addEvents();
        }
        if (edges.edges().isEmpty() && serial) {
            for (int i = 1; i < steps.size(); i++) {
                edges.derive(i - 1, i, Optional.empty(), steps.get(i).fields().place());
            }
        }
    }

    private void addRequired() {
        var providers = new HashMap<String, List<Integer>>();
        for (var step : steps) {
            for (var name : step.fields().texts("step.provides_invalid", "provides")) {
                providers.computeIfAbsent(name, _ -> new ArrayList<>()).add(step.index());
            }
        }
        for (var step : steps) {
            var required = step.fields().texts("step.requires_invalid", "requires");
            for (int i = 0; i < required.size(); i++) {
                var place = step.fields().at("requires").element(i);
                var from = providers.getOrDefault(required.get(i), List.of());
                if (from.isEmpty()) {
                    step.fields()
                            .findings()
                            .warning(
                                    "step.requires_unprovided",
                                    place,
                                    "Expected a step that provides "
                                            + required.get(i)
                                            + ", but found none",
                                    "Correct the name, or remove it.");
                }
                from.stream()
                        .filter(provider -> provider != step.index())
                        .forEach(
                                provider ->
                                        edges.derive(
                                                provider,
                                                step.index(),
                                                emitted(steps.get(provider)),
                                                place));
            }
        }
    }

    private static Optional<String> emitted(StepDraft step) {
        return step.fields().json().string("emits").filter(text -> !text.isBlank());
    }

    private void addEvents() {
        for (var step : steps) {
            var on = step.fields().object("step.on_invalid", "on");
            on.forEach((event, target) -> addTargets(step, event, target));
        }
    }

    private void addTargets(StepDraft step, String event, JsonValue target) {
        var place = step.fields().at("on").member(event);
        switch (target) {
            case JsonNull _ -> {}
            case JsonObject object -> addTargets(step, event, object.at("to"));
            case JsonArray several -> several.forEach(one -> addTargets(step, event, one));
            case JsonString(var text) when positions.get(text.strip()) instanceof Integer to ->
                    edges.derive(step.index(), to, Optional.of(event), place);
            case JsonString(var text) when ENDS.contains(text.strip()) -> {}
            default ->
                    step.fields()
                            .findings()
                            .odd(
                                    "step.on_unknown",
                                    place,
                                    target,
                                    "the id of a step, or completed",
                                    "It is ignored.");
        }
    }
}
