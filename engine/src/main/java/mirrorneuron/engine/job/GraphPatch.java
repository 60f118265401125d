package mirrorneuron.engine.job;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.engine.workflow.Outcome;

/**
 * A change of the graph that a controller asks for, all of it or nothing.
 *
 * @param baseRevision the revision of the graph that the controller has seen
 */
record GraphPatch(String id, String region, long baseRevision, List<Operation> operations) {

    static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}");

    GraphPatch {
        operations = List.copyOf(operations);
    }

    sealed interface Operation {

        /** Id of the step or edge that is added or removed. */
        String id();

        record AddStep(String id, String template, String label, JsonValue input)
                implements Operation {}

        record RemoveStep(String id) implements Operation {}

        record AddEdge(String id, String from, String to, Set<Outcome> accepts, boolean required)
                implements Operation {}

        record RemoveEdge(String id) implements Operation {}
    }

    /** What is wrong with a patch: a stable code and a sentence. */
    record Problem(String code, String what) {}

    /** A patch, or why the document is none. */
    record Parsed(Optional<GraphPatch> patch, Optional<Problem> problem) {

        static Parsed wrong(String what) {
            return new Parsed(Optional.empty(), Optional.of(new Problem("patch.invalid", what)));
        }
    }

    static Parsed parse(JsonObject json) {
        var id = json.string("patch_id").filter(text -> ID.matcher(text).matches());
        var region = json.string("region_id");
        var revision = json.integer("base_revision");
        if (id.isEmpty() || region.isEmpty() || revision.isEmpty()) {
            return Parsed.wrong(
                    "patch_id, region_id, base_revision: "
                            + json.at("patch_id")
                            + ", "
                            + json.at("region_id")
                            + ", "
                            + json.at("base_revision")
                            + " (expected: an id, an id, a number)");
        }
        if (!(json.at("operations") instanceof JsonArray array) || array.isEmpty()) {
            return Parsed.wrong("operations: none (expected: a list)");
        }
        var operations = new ArrayList<Operation>(array.size());
        for (var element : array) {
            var operation =
                    element instanceof JsonObject object
                            ? operation(object)
                            : Optional.<Operation>empty();
            if (operation.isEmpty()) {
                return Parsed.wrong(
                        "operation: "
                                + element
                                + " (expected: op add_step, remove_step, add_edge or remove_edge,"
                                + " with its id)");
            }
            operations.add(operation.get());
        }
        return new Parsed(
                Optional.of(
                        new GraphPatch(id.get(), region.get(), revision.getAsLong(), operations)),
                Optional.empty());
    }

    private static Optional<Operation> operation(JsonObject json) {
        var kind =
                json.string("op").or(() -> json.string("type")).or(() -> json.string("operation"));
        var id = json.string("id").filter(text -> ID.matcher(text).matches());
        if (kind.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        return switch (kind.get()) {
            case "add_step" ->
                    json.string("template")
                            .map(
                                    template ->
                                            new Operation.AddStep(
                                                    id.get(),
                                                    template,
                                                    json.string("label").orElse(id.get()),
                                                    json.at("with")));
            case "remove_step" -> Optional.of(new Operation.RemoveStep(id.get()));
            case "remove_edge" -> Optional.of(new Operation.RemoveEdge(id.get()));
            case "add_edge" -> edge(json, id.get());
            default -> Optional.empty();
        };
    }

    private static Optional<Operation> edge(JsonObject json, String id) {
        var accepts = new HashSet<Outcome>();
        for (var word : json.array("accepts")) {
            var outcome =
                    word instanceof JsonString text
                            ? Outcome.of(text.value())
                            : Optional.<Outcome>empty();
            if (outcome.isEmpty()) {
                return Optional.empty();
            }
            accepts.add(outcome.get());
        }
        var from = json.string("from");
        var to = json.string("to");
        return from.isEmpty() || to.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Operation.AddEdge(
                                id,
                                from.get(),
                                to.get(),
                                accepts.isEmpty() ? Set.of(Outcome.DONE) : accepts,
                                json.bool("required").orElse(true)));
    }

    /** The patch as a document: what is stored, and what tells two patches apart. */
    JsonObject toJson() {
        return JsonObject.builder()
                .put("patch_id", id)
                .put("region_id", region)
                .put("base_revision", baseRevision)
                .put("operations", JsonArray.of(operations.stream().map(GraphPatch::json).toList()))
                .build();
    }

    private static JsonValue json(Operation operation) {
        var json = new LinkedHashMap<String, JsonValue>();
        switch (operation) {
            case Operation.AddStep add -> {
                json.put("op", JsonString.of("add_step"));
                json.put("template", JsonString.of(add.template()));
                json.put("label", JsonString.of(add.label()));
                if (!add.input().equals(JsonNull.NULL)) {
                    json.put("with", add.input());
                }
            }
            case Operation.RemoveStep _ -> json.put("op", JsonString.of("remove_step"));
            case Operation.AddEdge add -> {
                json.put("op", JsonString.of("add_edge"));
                json.put("from", JsonString.of(add.from()));
                json.put("to", JsonString.of(add.to()));
                json.put(
                        "accepts",
                        JsonArray.ofStrings(
                                add.accepts().stream().map(Outcome::wire).sorted().toList()));
                json.put("required", JsonBool.of(add.required()));
            }
            case Operation.RemoveEdge _ -> json.put("op", JsonString.of("remove_edge"));
        }
        return JsonObject.builder().put("id", operation.id()).putAll(JsonObject.of(json)).build();
    }
}
