package mirrorneuron.engine.manifest;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;

/** Sound workflows, one for each thing that a workflow can do, and ways to spoil them. */
final class WorkflowFixtures {

    static final List<String> NAMES =
            List.of(
                    "fan",
                    "gate",
                    "quorum",
                    "single",
                    "dynamic",
                    "fanout",
                    "children",
                    "executable",
                    "bindings",
                    "flow",
                    "source");

    private WorkflowFixtures() {}

    static JsonObject read(String name) {
        return (JsonObject) Json.parse(text("workflows/" + name + ".json"));
    }

    static String text(String resource) {
        try (var stream = WorkflowFixtures.class.getResourceAsStream(resource)) {
            return new String(
                    requireNonNull(stream, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * One place in a document.
     *
     * @param value what stands there
     * @param replace puts something else there and gives the whole document
     * @param remove gives the whole document without it; the document itself in a list
     */
    record Spot(JsonValue value, UnaryOperator<JsonValue> replace, JsonValue remove) {}

    /** Every place below the top. */
    static List<Spot> spots(JsonValue document) {
        var spots = new ArrayList<Spot>();
        walk(document, UnaryOperator.identity(), spots::add);
        return spots;
    }

    private static void walk(
            JsonValue value, UnaryOperator<JsonValue> around, Consumer<Spot> visit) {
        switch (value) {
            case JsonObject object -> {
                for (var name : object.names()) {
                    UnaryOperator<JsonValue> whole = part -> around.apply(object.with(name, part));
                    visit.accept(
                            new Spot(object.at(name), whole, around.apply(object.without(name))));
                    walk(object.at(name), whole, visit);
                }
            }
            case JsonArray array -> {
                for (int i = 0; i < array.size(); i++) {
                    int position = i;
                    UnaryOperator<JsonValue> whole =
                            part -> around.apply(replaced(array, position, part));
                    visit.accept(new Spot(array.get(i), whole, around.apply(array)));
                    walk(array.get(i), whole, visit);
                }
            }
            default -> {}
        }
    }

    private static JsonArray replaced(JsonArray array, int position, JsonValue part) {
        var values = new ArrayList<>(array.values());
        values.set(position, part);
        return JsonArray.of(values);
    }
}
