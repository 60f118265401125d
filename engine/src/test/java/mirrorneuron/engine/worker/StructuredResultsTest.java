package mirrorneuron.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.StreamFrame;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an output means: runtime contract, section 6.5. */
class StructuredResultsTest {

    // --- is it one ------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"events\":[]}",
                "{\"emit_messages\":[]}",
                "{\"next_state\":1}",
                "{\"complete_step\":true}",
                "{\"complete_run\":{}}",
                " \n {\"events\":[]}\n\n",
                "{\n  \"events\": []\n}"
            })
    void one_of_the_keys_makes_a_result(String stdout) {
        assertThat(StructuredResults.of(stdout)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "{}",
                "{\"result\":1}",
                "[{\"events\":[]}]",
                "log line\n{\"events\":[]}",
                "{\"events\":[]}\n{\"events\":[]}",
                "{\"events\":[]",
                "{\"outer\":{\"events\":[]}}"
            })
    void everything_else_is_plain_text(String stdout) {
        assertThat(StructuredResults.of(stdout)).isEmpty();
    }

    // --- completions ----------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | true",
                "false | ",
                "null | ",
                "{\"a\":1} | {\"a\":1}",
                "0 | 0",
                "\"\" | \"\"",
                "[] | []"
            })
    void true_asks_for_the_default_false_and_null_for_nothing_the_rest_is_the_output(
            String value, String expected) {
        var output = Optional.ofNullable(expected).map(Json::parse);
        assertThat(read("{\"complete_step\":" + value + ",\"events\":[]}").completeStep())
                .isEqualTo(output);
        assertThat(read("{\"complete_run\":" + value + ",\"events\":[]}").completeRun())
                .isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"complete_job\":true} | true",
                "{\"complete_job\":{\"a\":1}} | {\"a\":1}",
                "{\"complete_job?\":true} | true",
                "{\"complete_job\":{\"a\":1},\"complete_job?\":true} | {\"a\":1}",
                "{\"complete_job\":1,\"complete_run\":2} | 2"
            })
    void the_old_completion_is_understood_with_a_warning(String stdout, String output) {
        var result = read(stdout);
        assertThat(result.completeRun()).contains(Json.parse(output));
        assertThat(result.warnings()).containsExactly(StructuredResults.COMPLETE_JOB_WARNING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"complete_job\":false}",
                "{\"complete_job\":null}",
                "{\"complete_job?\":false}",
                "{\"complete_job?\":\"yes\"}"
            })
    void the_old_completion_can_be_a_no(String stdout) {
        assertThat(read(stdout).completeRun()).isEmpty();
        assertThat(read(stdout).warnings()).isEmpty();
    }

    @Test
    void the_next_state_is_any_value_and_absent_means_unchanged() {
        assertThat(read("{\"next_state\":null}").nextState()).contains(JsonNull.NULL);
        assertThat(read("{\"next_state\":false}").nextState()).contains(JsonBool.FALSE);
        assertThat(read("{\"events\":[]}").nextState()).isEmpty();
    }

    // --- events ---------------------------------------------------------------------------------

    @Test
    void events_are_read_and_bad_ones_become_warnings() {
        var result =
                read(
                        """
                        {"events":[{"type":"a","payload":{"x":1}},{"type":"b"},"c",{"payload":{}},
                                   {"type":"d","payload":3},{"type":" "}]}
                        """);
        assertThat(result.events())
                .containsExactly(
                        new StructuredResult.Note("a", (JsonObject) Json.parse("{\"x\":1}")),
                        new StructuredResult.Note("b", JsonObject.empty()));
        assertThat(result.warnings())
                .containsExactly(
                        "events[2]: \"c\" (expected: an object)",
                        "events[3].type: null (expected: a name)",
                        "events[4].payload: 3 (expected: an object)",
                        "events[5].type: \" \" (expected: a name)");
    }

    @Test
    void a_list_that_is_none_becomes_a_warning() {
        assertThat(read("{\"events\":{},\"emit_messages\":\"x\"}").warnings())
                .containsExactly(
                        "events: an object (expected: a list)",
                        "emit_messages: \"x\" (expected: a list)");
        assertThat(read("{\"events\":null,\"next_state\":1}").warnings()).isEmpty();
    }

    // --- messages -------------------------------------------------------------------------------

    @Test
    void a_message_has_what_was_written_and_inherits_the_rest() {
        var full =
                emission(
                        """
                        {"type":"t","to":"a","body":[1],"class":"result","headers":{"h":1},"correlation_id":"c",
                         "causation_id":"d","content_type":"text/plain","content_encoding":"gzip",
                         "artifacts":[{"id":1}],"stream":{"stream_id":"s","seq":3,"open":true}}
                        """);
        assertThat(full)
                .isEqualTo(
                        new Emission(
                                Optional.of("t"),
                                Optional.of(AgentId.of("a")),
                                Optional.of(Json.parse("[1]")),
                                Optional.of("result"),
                                (JsonObject) Json.parse("{\"h\":1}"),
                                Optional.of("c"),
                                Optional.of("d"),
                                Optional.of("text/plain"),
                                Optional.of("gzip"),
                                Optional.of((JsonArray) Json.parse("[{\"id\":1}]")),
                                Optional.of(new StreamFrame("s", 3, true, false))));
        assertThat(emission("{}"))
                .isEqualTo(
                        new Emission(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                JsonObject.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"t\",\"body\":1,\"payload\":2} | 1",
                "{\"type\":\"t\",\"payload\":2} | 2",
                "{\"type\":\"t\",\"body\":null,\"payload\":2} | null",
                "{\"type\":\"t\",\"to\":\"\",\"x\":3} | {\"x\":3}",
                "{\"type\":\"t\",\"body_base64\":\"aGk=\"} | {\"body_base64\":\"aGk=\"}"
            })
    void the_body_is_the_first_that_is_present(String message, String body) {
        assertThat(emission(message).body()).contains(Json.parse(body));
    }

    @Test
    void bytes_are_octets_unless_said_otherwise() {
        assertThat(emission("{\"type\":\"t\",\"body_base64\":\"aGk=\"}").contentType())
                .contains("application/octet-stream");
        assertThat(
                        emission(
                                        "{\"type\":\"t\",\"body_base64\":\"aGk=\",\"content_type\":\"image/png\"}")
                                .contentType())
                .contains("image/png");
    }

    @Test
    void bad_messages_become_warnings_and_the_good_ones_are_sent() {
        var result =
                read(
                        """
                        {"emit_messages":[{"type":" "},[],{"type":"t","to":7},{"type":"t","body_base64":"%%"},
                          {"type":"ok","artifacts":1,"stream":{"seq":1}}]}
                        """);
        assertThat(result.emissions())
                .extracting(Emission::type)
                .containsExactly(Optional.of("ok"));
        assertThat(result.emissions().getFirst().artifacts()).contains(JsonArray.empty());
        assertThat(result.warnings())
                .containsExactlyInAnyOrder(
                        "emit_messages[0].type: \" \" (expected: a name)",
                        "emit_messages[1]: a list (expected: an object)",
                        "emit_messages[2].to: 7 (expected: an agent's id)",
                        "emit_messages[3].body_base64: \"%%\" (expected: base64 text)",
                        "artifacts: 1 (expected: a list)",
                        "stream: an object (expected: stream_id and seq)");
    }

    // --- while it runs --------------------------------------------------------------------------

    @Test
    void a_line_under_mn_is_an_increment() {
        var increment =
                StructuredResults.ofLine(" {\"mn\":{\"emit_messages\":[{\"type\":\"t\"}]}}\r\n");
        assertThat(increment.get().emissions()).hasSize(1);
        assertThat(StructuredResults.ofLine("{\"mn\":{}}")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mn\":1}",
                "{\"x\":{\"mn\":{}}}",
                "say \"mn\"",
                "{\"events\":[]}",
                "{\"mn\":{}} x"
            })
    void other_lines_are_output(String line) {
        assertThat(StructuredResults.ofLine(line)).isEmpty();
    }

    // --- step results ---------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"outputs\":{},\"status\":\"ok\"} | true",
                "{\"outputs\":{},\"metrics\":{}} | true",
                "{\"outputs\":{},\"artifacts\":[]} | true",
                "{\"outputs\":{}} | false",
                "{\"outputs\":[],\"status\":\"ok\"} | false",
                "{\"outputs\":{},\"status\":1} | false",
                "{\"status\":\"ok\"} | false"
            })
    void a_step_result_has_outputs_and_one_thing_more(String document, boolean expected) {
        assertThat(StructuredResults.stepResult((JsonObject) Json.parse(document)).isPresent())
                .isEqualTo(expected);
    }

    private static StructuredResult read(String stdout) {
        return StructuredResults.of(stdout).orElseThrow();
    }

    private static Emission emission(String message) {
        var result = read("{\"emit_messages\":[" + message + "]}");
        assertThat(result.warnings()).isEmpty();
        return result.emissions().getFirst();
    }
}
