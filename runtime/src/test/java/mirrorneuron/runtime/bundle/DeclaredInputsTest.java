package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import mirrorneuron.api.Issue;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a workflow says of its inputs, and what is given. */
class DeclaredInputsTest {

    private static JsonObject object(String json) {
        return (JsonObject) Json.parse(json);
    }

    private static DeclaredInputs inputs(String declared, String configuration, String given) {
        return new DeclaredInputs(
                object("{\"contract\":{\"inputs\":" + declared + "}}"),
                object(configuration),
                object(given));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "string       | \"a\"  | 7",
                "local_path   | \"/a\" | [\"/a\"]",
                "integer      | 1e3    | 1.5",
                "integer      | 0.0    | \"1\"",
                "number       | 1.5    | \"1.5\"",
                "boolean      | false  | 0",
                "array        | []     | {}",
                "object       | {}     | []"
            })
    void a_value_is_of_the_type_that_is_declared(String type, String good, String bad) {
        var declared = "{\"x\":{\"type\":\"" + type + "\"}}";
        assertThat(inputs(declared, "{}", "{\"x\":" + good + "}").unfit()).isEmpty();
        assertThat(inputs(declared, "{}", "{\"x\":" + bad + "}").unfit())
                .extracting(Issue::code)
                .containsExactly("inputs.type");
    }

    @Test
    void what_does_not_fit_is_told_without_the_value() {
        var issue =
                inputs("{\"tax_id\":{\"type\":\"string\"}}", "{}", "{\"tax_id\":12345678}")
                        .unfit()
                        .getFirst();
        assertThat(issue.message())
                .isEqualTo("Expected the input tax_id to be of type string, but found a number");
        assertThat(issue.location().pointer()).isEqualTo("/manifest/contract/inputs/tax_id");
    }

    @Test
    void types_that_only_the_workflow_knows_take_every_value() {
        assertThat(
                        inputs(
                                        "{\"x\":{\"type\":\"domain_value\"},\"y\":{},\"z\":true}",
                                        "{}",
                                        "{\"x\":[1],\"y\":2,\"z\":3,\"other\":4}")
                                .unfit())
                .isEmpty();
    }

    @Test
    void a_value_is_one_of_those_that_are_listed() {
        var declared = "{\"mode\":{\"type\":\"string\",\"enum\":[\"fast\",\"full\"]}}";
        assertThat(inputs(declared, "{}", "{\"mode\":\"full\"}").unfit()).isEmpty();
        assertThat(inputs(declared, "{}", "{\"mode\":\"slow\"}").unfit())
                .extracting(Issue::message)
                .containsExactly(
                        "Expected the input mode to be one of [\"fast\",\"full\"], but it is none"
                                + " of them");
    }

    @Test
    void a_required_input_comes_from_the_submission_the_configuration_or_its_default() {
        var required = "{\"topic\":{\"type\":\"string\",\"required\":true}}";
        assertThat(inputs(required, "{}", "{\"topic\":\"tea\"}").missing()).isEmpty();
        assertThat(
                        inputs(
                                        required,
                                        "{\"inputs\":{\"adapter\":\"json\",\"payload\":{\"topic\":\"tea\"}}}",
                                        "{}")
                                .missing())
                .isEmpty();
        assertThat(
                        inputs("{\"topic\":{\"required\":true,\"default\":\"rain\"}}", "{}", "{}")
                                .missing())
                .isEmpty();
        for (var given : new String[] {"{}", "{\"topic\":null}", "{\"other\":1}"}) {
            assertThat(inputs(required, "{}", given).missing())
                    .extracting(Issue::code, Issue::message)
                    .containsExactly(
                            tuple(
                                    "inputs.required",
                                    "Expected a value for the input topic, but found none"));
        }
    }

    @Test
    void an_adapter_of_the_workflow_brings_the_inputs_itself() {
        var required = "{\"topic\":{\"required\":true}}";
        for (var adapter : new String[] {"mock", "file", "env_json"}) {
            assertThat(
                            inputs(required, "{\"inputs\":{\"adapter\":\"" + adapter + "\"}}", "{}")
                                    .missing())
                    .isEmpty();
        }
    }

    @Test
    void what_the_configuration_gives_is_looked_at_unless_the_submission_gives_another() {
        var declared = "{\"limit\":{\"type\":\"integer\"}}";
        var configuration = "{\"inputs\":{\"payload\":{\"limit\":\"ten\"}}}";
        assertThat(inputs(declared, configuration, "{}").unfit()).hasSize(1);
        assertThat(inputs(declared, configuration, "{\"limit\":10}").unfit()).isEmpty();
    }
}
