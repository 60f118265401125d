package mirrorneuron.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document is whole, says what the router has, and is able to complain. */
class ApiDocumentTest {

    private static final JsonObject DOCUMENT = ApiDocument.of("test");
    private static final Contract CONTRACT = Contract.published();

    @Test
    void every_route_is_documented_and_nothing_else_is(@TempDir Path home) throws IOException {
        try (var mn = Served.at(home)) {
            var routes = new TreeSet<String>();
            for (var route : mn.server().routes()) {
                routes.add(route.method() + " " + route.template().replace("...}", "}"));
            }
            assertThat(CONTRACT.names()).isEqualTo(routes);
        }
    }

    @Test
    void every_reference_leads_somewhere() {
        each(
                DOCUMENT,
                (name, value) -> {
                    if (name.equals("$ref")) {
                        assertThat(at(((JsonString) value).value()))
                                .isNotEqualTo(JsonObject.empty());
                    }
                });
    }

    @Test
    void every_schema_is_used() {
        var used = new HashSet<String>();
        each(
                DOCUMENT,
                (name, value) -> {
                    if (name.equals("$ref")) {
                        used.add(((JsonString) value).value());
                    }
                });
        assertThat(DOCUMENT.object("components").object("schemas").names())
                .allSatisfy(name -> assertThat(used).contains("#/components/schemas/" + name));
    }

    @Test
    void every_operation_has_a_name_an_area_and_its_parameters() {
        var ids = new HashSet<String>();
        var tags =
                DOCUMENT.array("tags").stream().map(tag -> ((JsonObject) tag).at("name")).toList();
        DOCUMENT.object("paths")
                .forEach(
                        (path, item) ->
                                ((JsonObject) item)
                                        .forEach(
                                                (method, value) -> {
                                                    var operation = (JsonObject) value;
                                                    var id = operation.string("operationId");
                                                    assertThat(ids.add(id.orElseThrow())).isTrue();
                                                    assertThat(operation.string("summary"))
                                                            .isPresent();
                                                    assertThat(tags)
                                                            .contains(
                                                                    operation.array("tags").get(0));
                                                    assertThat(inPath(operation))
                                                            .as(method + " " + path)
                                                            .isEqualTo(braces(path));
                                                }));
    }

    private static List<String> inPath(JsonObject operation) {
        return operation.array("parameters").stream()
                .map(one -> resolved((JsonObject) one))
                .filter(one -> one.string("in").orElse("").equals("path"))
                .map(one -> one.string("name").orElse(""))
                .toList();
    }

    private static List<String> braces(String path) {
        return Pattern.compile("\\{([a-z_]+)}")
                .matcher(path)
                .results()
                .map(one -> one.group(1))
                .toList();
    }

    @Test
    void examples_are_as_their_schemas_say() {
        var complaints = new ArrayList<String>();
        DOCUMENT.object("components")
                .object("schemas")
                .forEach(
                        (name, schema) ->
                                ((JsonObject) schema)
                                        .array("examples")
                                        .forEach(one -> check(name, one, complaints)));
        each(
                DOCUMENT,
                (type, value) -> {
                    if (type.endsWith("json") && value instanceof JsonObject media) {
                        var reference = media.object("schema").string("$ref").orElse("");
                        var name = reference.substring(reference.lastIndexOf('/') + 1);
                        media.get("example").ifPresent(one -> check(name, one, complaints));
                        media.object("examples")
                                .forEach(
                                        (_, one) ->
                                                check(
                                                        name,
                                                        ((JsonObject) one).at("value"),
                                                        complaints));
                    }
                });
        assertThat(complaints).isEmpty();
    }

    private static void check(String schema, JsonValue example, List<String> complaints) {
        for (var complaint :
                CONTRACT.schemaComplaints("#/components/schemas/" + schema, example.toString())) {
            complaints.add(schema + ": " + complaint);
        }
    }

    // A checker that never complains proves nothing.

    private static final String ACCEPTED =
            "{\"id\":\"a-1\",\"job_id\":\"a-1\",\"run_id\":\"a-1\",\"status\":\"pending\"}";

    private static List<String> submitted(Contract contract, int status, String body) {
        return contract.complaints(
                "POST",
                "/api/v1/jobs",
                new Contract.Answer(
                        status,
                        Map.of(
                                "content-type",
                                "application/json",
                                "x-request-id",
                                "r",
                                "location",
                                "/api/v1/jobs/a-1"),
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void an_answer_as_documented_is_no_drift() {
        assertThat(submitted(CONTRACT, 201, ACCEPTED)).isEmpty();
    }

    @Test
    void a_member_that_the_schema_lacks_is_drift() {
        var planted =
                new Contract(
                        with(
                                DOCUMENT,
                                "components/schemas/Submitted",
                                schema -> {
                                    var members = schema.object("properties").without("run_id");
                                    return schema.with("properties", members)
                                            .with(
                                                    "required",
                                                    JsonArray.ofStrings(
                                                            List.of("id", "job_id", "status")));
                                }));
        assertThat(submitted(planted, 201, ACCEPTED)).singleElement().asString().contains("run_id");
    }

    @Test
    void a_member_that_the_answer_lacks_or_has_of_another_type_is_drift() {
        assertThat(submitted(CONTRACT, 201, ACCEPTED.replace("\"run_id\":\"a-1\",", "")))
                .singleElement()
                .asString()
                .contains("run_id");
        assertThat(submitted(CONTRACT, 201, ACCEPTED.replace("\"id\":\"a-1\"", "\"id\":null")))
                .singleElement()
                .asString()
                .contains("id");
    }

    @Test
    void another_status_header_type_or_route_is_drift() {
        assertThat(submitted(CONTRACT, 200, ACCEPTED))
                .containsExactly("POST /jobs has no status 200");
        assertThat(
                        CONTRACT.complaints(
                                "POST",
                                "/api/v1/jobs",
                                new Contract.Answer(
                                        201,
                                        Map.of("content-type", "text/plain"),
                                        new byte[] {'x'})))
                .containsExactlyInAnyOrder(
                        "no header Location", "no header X-Request-ID", "type text/plain");
        assertThat(
                        CONTRACT.complaints(
                                "GET",
                                "/api/v1/secrets",
                                new Contract.Answer(200, Map.of(), new byte[0])))
                .containsExactly("no such operation");
    }

    @Test
    void a_frame_that_is_not_documented_is_drift() {
        assertThat(
                        catchThrowable(
                                () ->
                                        new Contract(DOCUMENT)
                                                .holdFrame(
                                                        "/api/v1/jobs/a-1/events?stream=true",
                                                        "end",
                                                        JsonObject.empty())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("status");
    }

    // Walking the document

    private static JsonObject with(JsonObject in, String path, UnaryOperator<JsonObject> change) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            return in.with(path, change.apply(in.object(path)));
        }
        var name = path.substring(0, slash);
        return in.with(name, with(in.object(name), path.substring(slash + 1), change));
    }

    private static JsonObject at(String reference) {
        var found = DOCUMENT;
        for (var part : reference.substring("#/".length()).split("/")) {
            found = found.object(part);
        }
        return found;
    }

    private static JsonObject resolved(JsonObject value) {
        return value.string("$ref").map(ApiDocumentTest::at).orElse(value);
    }

    private static void each(JsonValue value, BiConsumer<String, JsonValue> action) {
        switch (value) {
            case JsonObject object ->
                    object.forEach(
                            (name, member) -> {
                                action.accept(name, member);
                                each(member, action);
                            });
            case JsonArray array -> array.forEach(item -> each(item, action));
            default -> {}
        }
    }
}
