package mirrorneuron.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.Issue;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What a manifest may demand of the configuration a job is submitted with. */
class InputRulesTest {

    private static final JsonObject CONFIG =
            object("{\"region\":\"eu-west\",\"api_key\":\"k-123\",\"depth\":3}");

    private static JsonObject object(String json) {
        return (JsonObject) Json.parse(json);
    }

    private static JsonObject manifest(String rules) {
        return object("{\"input_validation\":{\"rules\":[" + rules + "]}}");
    }

    @Test
    void a_manifest_without_rules_demands_nothing() {
        assertThat(InputRules.check(JsonObject.empty(), CONFIG)).isEmpty();
    }

    @Test
    void a_value_that_matches_passes_and_numbers_are_read_as_text() {
        var manifest =
                manifest(
                        "{\"path\":\"region\",\"pattern\":\"^eu-\"},{\"path\":\"depth\",\"pattern\":\"^[0-9]+$\"}");

        assertThat(InputRules.check(manifest, CONFIG)).isEmpty();
    }

    @Test
    void every_rule_that_fails_is_reported_with_its_place() {
        var manifest =
                manifest(
                        "{\"path\":\"region\",\"pattern\":\"^us-\",\"message\":\"Only US regions\",\"help\":\"Choose us-east.\"},"
                                + "{\"path\":\"mode\",\"pattern\":\".+\"}");

        var issues = InputRules.check(manifest, CONFIG);

        assertThat(issues)
                .extracting(Issue::message)
                .containsExactly(
                        "Only US regions (Expected region to match ^us-, but it does not)",
                        "Expected a value for mode, but found none");
        assertThat(issues.getFirst().location().pointer())
                .isEqualTo("/manifest/input_validation/rules/0");
        assertThat(issues.getFirst().help()).contains("Choose us-east.");
    }

    @Test
    void the_configuration_may_stand_with_the_first_agent_of_any_form() {
        var agents =
                "\"nodes\":[{\"config\":{\"environment\":{\"MN_BLUEPRINT_CONFIG_JSON\":"
                        + "\"{\\\"region\\\":\\\"us-1\\\"}\"}}}]";
        var rules = "\"input_validation\":[{\"path\":\"region\",\"pattern\":\"^us-\"}]";

        assertThat(InputRules.check(object("{" + rules + "," + agents + "}"), CONFIG)).isEmpty();
        assertThat(InputRules.check(object("{" + rules + ",\"agents\":{" + agents + "}}"), CONFIG))
                .isEmpty();
        assertThat(InputRules.check(object("{" + rules + ",\"flow\":{" + agents + "}}"), CONFIG))
                .isEmpty();
    }

    @Test
    void an_optional_value_may_be_absent() {
        var manifest = manifest("{\"path\":\"mode\",\"pattern\":\".+\",\"required\":false}");

        assertThat(InputRules.check(manifest, CONFIG)).isEmpty();
    }

    @Test
    void a_secret_value_is_not_repeated() {
        var issues =
                InputRules.check(manifest("{\"path\":\"api_key\",\"pattern\":\"^x\"}"), CONFIG);

        assertThat(issues.getFirst().toJson().toString())
                .doesNotContain("k-123")
                .contains("[REDACTED]");
    }

    @Test
    void a_pattern_that_would_blow_up_elsewhere_is_matched_in_linear_time() {
        var config = object("{\"text\":\"" + "a".repeat(50_000) + "!\"}");

        var issues =
                InputRules.check(manifest("{\"path\":\"text\",\"pattern\":\"^(a+)+$\"}"), config);

        assertThat(issues).hasSize(1);
    }

    @Test
    void a_pattern_that_is_none_is_an_issue_and_not_a_crash() {
        var issues = InputRules.check(manifest("{\"path\":\"region\",\"pattern\":\"([\"}"), CONFIG);

        assertThat(issues.getFirst().message())
                .startsWith("Expected a regular expression, but ([ is none");
    }
}
