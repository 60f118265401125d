package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and the readers say the same. */
class WorkflowSchemaTest {

    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text("/mirrorneuron/schema/workflow.schema.json"));

    /** What a careless author may write instead of a value. */
    private static final List<JsonValue> MISTAKES =
            List.of(
                    JsonNumber.of(-7),
                    JsonString.of(" "),
                    JsonString.of("no such thing"),
                    JsonBool.TRUE,
                    JsonArray.empty(),
                    JsonArray.of(JsonNumber.of(3)),
                    JsonObject.empty());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fan",
                "gate",
                "quorum",
                "single",
                "dynamic",
                "fanout",
                "children",
                "executable",
                "bindings",
                "source"
            })
    void sound_workflows_are_accepted_by_both(String name) {
        var document = fixture(name);

        assertThat(refusals(document)).isEmpty();
        assertThat(errors(document)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fan",
                "gate",
                "quorum",
                "single",
                "dynamic",
                "fanout",
                "children",
                "executable",
                "bindings",
                "source"
            })
    void what_the_schema_refuses_the_loader_refuses(String name) {
        var broken = new ArrayList<JsonValue>();
        spoil(fixture(name), broken, UnaryOperator.identity());

        assertThat(broken).hasSizeGreaterThan(100);
        assertThat(broken)
                .filteredOn(document -> Dialect.of((JsonObject) document) != Dialect.FLAT)
                .filteredOn(document -> errors(document).isEmpty())
                .flatMap(WorkflowSchemaTest::refusals)
                .isEmpty();
    }

    /**
     * Collects every document that differs in one place: a member left out, or a value replaced.
     *
     * @param around puts a changed part back into the whole
     */
    private static void spoil(
            JsonValue value, List<JsonValue> broken, UnaryOperator<JsonValue> around) {
        switch (value) {
            case JsonObject object -> {
                for (var name : object.names()) {
                    broken.add(around.apply(object.without(name)));
                    MISTAKES.forEach(
                            mistake -> broken.add(around.apply(object.with(name, mistake))));
                    spoil(object.at(name), broken, part -> around.apply(object.with(name, part)));
                }
            }
            case JsonArray array -> {
                for (int i = 0; i < array.size(); i++) {
                    int position = i;
                    spoil(
                            array.get(i),
                            broken,
                            part -> around.apply(replaced(array, position, part)));
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

    private static List<Error> refusals(JsonValue document) {
        return SCHEMA.validate(document.toString(), InputFormat.JSON);
    }

    private static List<String> errors(JsonValue document) {
        var loaded = ManifestLoader.load(document, ManifestLimits.DEFAULT, Strictness.STRICT);
        return loaded.manifest().isPresent()
                ? List.of()
                : loaded.issues().stream().map(LoaderSpec::where).toList();
    }

    private static JsonValue fixture(String name) {
        return Json.parse(text("workflows/" + name + ".json"));
    }

    private static String text(String resource) {
        try (var stream = WorkflowSchemaTest.class.getResourceAsStream(resource)) {
            assertThat(stream).as(resource).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
