package mirrorneuron.server.openapi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The document that the server sends is an OpenAPI 3.1 document by the standard's own schema, and
 * the schemas in it are schemas of JSON Schema 2020-12.
 */
class OpenApiMetaschemaTest {

    private static final String OFFICIAL = "https://spec.openapis.org/oas/3.1/schema/2025-11-23";
    private static final String WITH_SCHEMAS = "https://mirrorneuron.io/openapi/metaschema";

    /** The official schema leaves open what a schema in a document is; this fills it in. */
    private static final String FILLED_IN =
            """
            {"$id": "%s",
             "$schema": "https://json-schema.org/draft/2020-12/schema",
             "$ref": "%s",
             "$defs": {"schema": {"$dynamicAnchor": "meta",
                                  "$ref": "https://json-schema.org/draft/2020-12/schema"}}}
            """
                    .formatted(WITH_SCHEMAS, OFFICIAL);

    private static final Schema METASCHEMA = metaschema();

    private static Schema metaschema() {
        try (var in = OpenApiMetaschemaTest.class.getResourceAsStream("/openapi-3.1/schema.json")) {
            var official = new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(
                            SpecificationVersion.DRAFT_2020_12,
                            builder ->
                                    builder.schemas(
                                            Map.of(OFFICIAL, official, WITH_SCHEMAS, FILLED_IN)))
                    .getSchema(SchemaLocation.of(WITH_SCHEMAS));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static List<String> complaints(String document) {
        return METASCHEMA.validate(document, InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    @Test
    void the_served_document_is_an_openapi_document(@TempDir Path home) throws IOException {
        try (var mn = Served.at(home)) {
            var answer = mn.get("/openapi.json");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(complaints(answer.text())).isEmpty();
        }
    }

    /** A check that cannot fail proves nothing: what is replaced stands in the document. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"openapi\":\"3.1.          | \"openapi\":\"3.0.",
                "\"in\":\"query\"            | \"in\":\"body\"",
                "\"operationId\":            | \"operationid\":",
                "\"description\":            | \"descripton\":",
                "\"type\":\"string\"         | \"type\":\"text\"",
                "\"required\":[              | \"required\":[1,",
                "\"properties\":{            | \"properties\":{\"a\":3,",
                "\"$ref\":                   | \"ref\":"
            })
    void a_fault_in_the_document_is_found(String right, String wrong) {
        var document = ApiDocument.of("test").toString();
        assertThat(complaints(document)).isEmpty();
        assertThat(document).contains(right);
        assertThat(complaints(document.replace(right, wrong))).isNotEmpty();
    }
}
