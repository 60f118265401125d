package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The published schema and the readers say the same. */
class WorkflowSchemaTest {

    static final List<String> FIXTURES = WorkflowFixtures.NAMES;

    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(WorkflowFixtures.text("/mirrorneuron/schema/workflow.schema.json"));

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
    @FieldSource("FIXTURES")
    void sound_workflows_are_accepted_by_both(String name) {
        var document = WorkflowFixtures.read(name);

        assertThat(refusals(document)).isEmpty();
        assertThat(errors(document)).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void what_the_schema_refuses_the_loader_refuses(String name) {
        var broken = new ArrayList<JsonValue>();
        for (var spot : WorkflowFixtures.spots(WorkflowFixtures.read(name))) {
            broken.add(spot.remove());
            MISTAKES.forEach(mistake -> broken.add(spot.replace().apply(mistake)));
        }

        assertThat(broken).hasSizeGreaterThan(100);
        assertThat(broken)
                // A document that loses its form by the change is none of the schema's business.
                .filteredOn(document -> Dialect.of((JsonObject) document) != Dialect.FLAT)
                .filteredOn(document -> errors(document).isEmpty())
                .flatMap(WorkflowSchemaTest::refusals)
                .isEmpty();
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
}
