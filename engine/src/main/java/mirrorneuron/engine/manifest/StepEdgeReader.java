package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.routing.Condition;
import mirrorneuron.engine.routing.ConditionParser;
import mirrorneuron.engine.routing.ConditionParser.Result.Malformed;
import mirrorneuron.engine.routing.ConditionParser.Result.Parsed;
import mirrorneuron.engine.workflow.Outcome;
import mirrorneuron.engine.workflow.StepEdge;

/**
 * Reads the edges between steps.
 *
 * @see "manifest contract, section 4.4"
 */
final class StepEdgeReader {

    private static final Set<String> KNOWN =
            Set.of(
                    "id",
                    "from",
                    "to",
                    "required",
                    "accepts",
                    "event",
                    "condition",
                    "description",
                    "label",
                    "metadata");

    /**
     * An edge and what only the author's form knows of it.
     *
     * @param event type of the messages that go along it, where routes are derived
     */
    record Read(StepEdge edge, Optional<String> event) {}

    private final Findings findings;
    private final Map<String, Integer> steps;
    private final List<String> names;
    private final int edgesMax;
    private final boolean strict;
    private final IdSet ids = new IdSet("workflow.edge_id_duplicate", "edge");
    private final Set<List<Integer>> pairs = new HashSet<>();
    private final List<Read> edges = new ArrayList<>();
    private boolean full;

    /**
     * @param steps positions of the steps, by their ids, in order
     * @param strict whether every edge has to have an id
     */
    StepEdgeReader(Findings findings, Map<String, Integer> steps, int edgesMax, boolean strict) {
        this.findings = findings;
        this.steps = steps;
        this.names = List.copyOf(steps.keySet());
        this.edgesMax = edgesMax;
        this.strict = strict;
    }

    /** Reads the edges that the author lists. */
    void readAll(Fields holder) {
        int count = holder.array("workflow.field_type", "edges").size();
        if (count > edgesMax) {
            refuseTooMany(holder.at("edges"), Integer.toString(count));
        } else if (count > 0) {
            holder.objects("workflow.edge_not_an_object", "edges").forEach(this::read);
        }
    }

    private void refuseTooMany(Place place, String found) {
        findings.error(
                "workflow.too_many_edges",
                place,
                "Expected at most " + edgesMax + " edges between steps, but found " + found,
                "Split the workflow.");
    }

    List<Read> edges() {
        return List.copyOf(edges);
    }

    /**
     * Adds an edge that follows from what a step says, unless there is one between the two.
     *
     * @param place where the step says it
     */
    void derive(int from, int to, Optional<String> event, Place place) {
        if (from == to) {
            refuseSelf(place);
        } else if (edges.size() == edgesMax) {
            // What steps provide and require multiplies, so the bound has to hold here too.
            if (!full) {
                refuseTooMany(place, "more");
            }
            full = true;
        } else if (!pairs.contains(List.of(from, to))) {
            add(
                    new Fields(JsonObject.empty(), place, findings),
                    Optional.empty(),
                    from,
                    to,
                    event,
                    Optional.empty());
        }
    }

    private void read(Fields edge) {
        edge.warnUnknown("workflow.edge_field_unknown", KNOWN, "It is kept, and has no effect.");
        var id =
                Identifiers.read(edge, "workflow.edge_id_invalid", "id")
                        .filter(text -> ids.add(edge, text));
        if (strict && edge.value("id").isNull()) {
            findings.error(
                    "workflow.edge_id_required",
                    edge.at("id"),
                    "Expected an id, but found none",
                    "Name the edge; the record of the run refers to it.");
        }
        var from = step(edge, "workflow.edge_from_unknown", "from");
        var to = step(edge, "workflow.edge_to_unknown", "to");
        var event = edge.text("workflow.edge_event_invalid", "event");
        var condition = condition(edge);
        if (from.isPresent() && from.equals(to)) {
            refuseSelf(edge.place());
        } else if (from.isPresent() && to.isPresent()) {
            add(edge, id, from.get(), to.get(), event, condition);
        } else {
            accepts(edge);
        }
    }

    private void add(
            Fields edge,
            Optional<String> id,
            int from,
            int to,
            Optional<String> event,
            Optional<Condition> condition) {
        int index = edges.size();
        pairs.add(List.of(from, to));
        edges.add(
                new Read(
                        new StepEdge(
                                index,
                                id.orElseGet(
                                        () -> names.get(from) + "->" + names.get(to) + "#" + index),
                                from,
                                to,
                                accepts(edge),
                                edge.flag("workflow.edge_required_type", true, "required"),
                                event.orElse(""),
                                condition),
                        event));
    }

    private void refuseSelf(Place place) {
        findings.error(
                "workflow.edge_to_itself",
                place,
                "Expected an edge between two steps, but found one from a step to itself",
                "Repeat work inside the step, or by control.retry.");
    }

    private Optional<Integer> step(Fields edge, String code, String name) {
        if (edge.value(name) instanceof JsonString(var text)
                && steps.get(text.strip()) instanceof Integer index) {
            return Optional.of(index);
        }
        edge.wrong(code, "the id of a step", name);
        return Optional.empty();
    }

    private Set<Outcome> accepts(Fields edge) {
        var value = edge.value("accepts");
        if (value instanceof JsonNull) {
            return Set.of(Outcome.DONE);
        }
        var array = edge.array("workflow.edge_accepts_invalid", "accepts");
        var outcomes = EnumSet.noneOf(Outcome.class);
        for (int i = 0; i < array.size(); i++) {
            var outcome =
                    array.get(i) instanceof JsonString(var word)
                            ? Outcome.of(word.strip())
                            : Optional.<Outcome>empty();
            if (outcome.isPresent()) {
                outcomes.add(outcome.get());
            } else {
                findings.wrong(
                        "workflow.edge_accepts_invalid",
                        edge.at("accepts").element(i),
                        array.get(i),
                        "done, partial or skipped",
                        "");
            }
        }
        if (value instanceof mirrorneuron.api.json.JsonArray && array.isEmpty()) {
            edge.wrong("workflow.edge_accepts_invalid", "at least one outcome", "accepts");
        }
        return outcomes.isEmpty() ? Set.of(Outcome.DONE) : outcomes;
    }

    /** A text is an expression, an object is a condition of edges between agents. */
    private Optional<Condition> condition(Fields edge) {
        var value = edge.value("condition");
        if (value.isNull()) {
            return Optional.empty();
        }
        boolean expression = value instanceof JsonString;
        return switch (ConditionParser.parseOutput(
                expression ? JsonObject.of("expr", value) : value)) {
            case Parsed(var condition) -> Optional.of(condition);
            case Malformed(var problem, var pointer) -> {
                var at = edge.at("condition");
                findings.error(
                        "workflow.edge_condition_invalid",
                        expression ? at : at.inside(pointer),
                        problem,
                        "Write \"${output.name} == \\\"value\\\"\"; output is what the step before"
                                + " gave.");
                yield Optional.empty();
            }
        };
    }
}
