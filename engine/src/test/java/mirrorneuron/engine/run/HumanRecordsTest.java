package mirrorneuron.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people are asked and what they answer, as the record of a run tells it. */
class HumanRecordsTest {

    private static JsonValue json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    private static JsonObject object(String text) {
        return (JsonObject) json(text);
    }

    private static JsonObject payload(String type, String payload) {
        return HumanRecords.of(
                        object(
                                "{'ts': '2026-03-28T11:00:00.000Z', 'event_id': 'evt-1', 'run_id': 'r', 'job_id': 'j', 'type': '%s', 'payload': %s}"
                                        .formatted(type, payload)),
                        Aside.NONE)
                .orElseThrow()
                .object("payload");
    }

    @ParameterizedTest
    @ValueSource(strings = {"approve", "approved", "accept", "accepted", "yes", "true", " YES "})
    void words_that_agree(String word) {
        assertThat(HumanRecords.approves(word)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reject", "no", "false", "", "revise"})
    void words_that_do_not(String word) {
        assertThat(HumanRecords.approves(word)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'decision': 'revise', 'approved': true} | revise",
                "{'decision': true} | true",
                "{'decision': false, 'approved': true} | false",
                "{'approved': true} | approve",
                "{'approved': false} | reject",
                "{'approved': 'yes'} | ''",
                "{'decision': 7} | ''",
                "{} | ''"
            })
    void the_decision_of_an_answer(String response, String decision) {
        assertThat(HumanRecords.decision(object(response))).isEqualTo(decision);
    }

    @Test
    void an_answer_says_who_decided_what() {
        var response = object("{'decision': 'yes', 'notes': 'good', 'reviewer': 'ada'}");
        assertThat(HumanRecords.answer("q", response))
                .isEqualTo(
                        object(
                                        "{'request_id': 'q', 'decision': 'yes', 'approved': true, 'notes': 'good', 'reviewer': 'ada'}")
                                .with("response", response));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'request_id': 'q', 'request': {'prompt': 'in', 'title': 't'}, 'prompt': 'out'} | in",
                "{'request_id': 'q', 'request': {'prompt': ' ', 'title': 't'}, 'prompt': 'out'} | out",
                "{'request_id': 'q', 'request': {'title': 'in'}, 'title': 'out'} | in",
                "{'request_id': 'q', 'title': 'out'} | out",
                "{'request_id': 'q', 'step_id': 's'} | Approve the output of s",
                "{'request_id': 'q'} | A decision is needed"
            })
    void the_sentence_that_people_are_asked(String payload, String prompt) {
        assertThat(payload("human_input_requested", payload).string("prompt")).contains(prompt);
    }

    @Test
    void what_was_asked_is_found_wherever_the_worker_put_it() {
        var asked =
                payload(
                        "human_input_requested",
                        "{'step_id': 's', 'request_id': 'g', 'attempt_id': 's:attempt:1', 'options': ['a'], 'action': 'delete', 'mode': true, 'request': {'request_id': 'mine', 'decision_type': 'choice', 'action': 'send', 'allowed_decisions': ['approve']}}");
        assertThat(asked.at("options")).isEqualTo(json("['a']"));
        assertThat(asked.string("action")).contains("send");
        assertThat(asked.string("decision_type")).contains("choice");
        assertThat(asked.has("mode")).as("a flag says nothing to people").isFalse();
        assertThat(asked.at("allowed_decisions")).isEqualTo(json("['approve']"));
        assertThat(asked.string("step_id")).contains("s");
        assertThat(asked.string("asked_as")).contains("mine");
        assertThat(asked.string("attempt_id")).contains("s:attempt:1");
        assertThat(asked.string("status")).contains("pending");
    }

    @Test
    void a_question_without_a_name_has_its_events_unless_a_gate_asks_it() {
        assertThat(payload("human_input_requested", "{'prompt': 'p'}").string("request_id"))
                .contains("evt-1");
        assertThat(
                        HumanRecords.of(
                                object(
                                        "{'type': 'human_input_requested', 'payload': {'step_id': 's', 'prompt': 'p'}}"),
                                Aside.NONE))
                .isEmpty();
    }

    @Test
    void an_answer_and_one_that_time_gave() {
        var given =
                payload(
                        "human_input_received",
                        "{'request_id': 'g', 'step_id': 's', 'decision': 'approve', 'notes': ' ', 'reviewer': 'ada'}");
        assertThat(given.string("decision")).contains("approve");
        assertThat(given.bool("approved")).contains(true);
        assertThat(given.string("reviewer")).contains("ada");
        assertThat(given.has("notes")).isFalse();
        assertThat(given.has("timed_out")).isFalse();
        assertThat(given.string("step_id")).contains("s");
        assertThat(payload("human_input_timeout", "{'decision': 'reject', 'reviewer': 'timeout'}"))
                .isEqualTo(object("{'request_id': 'evt-1', 'default_action': 'reject'}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'message': 'm', 'title': 't', 'prompt': 'p'} | m",
                "{'message': '', 'title': 't', 'prompt': 'p'} | t",
                "{'prompt': 'p'} | p",
                "{} | ''"
            })
    void the_sentence_of_a_notice(String payload, String message) {
        var notice = payload("human_notice", payload);
        assertThat(notice.string("message")).contains(message);
        assertThat(notice.string("notice_id")).contains("evt-1");
    }

    @Test
    void a_notice_keeps_its_name_and_all_it_says() {
        assertThat(
                        payload(
                                "human_notice",
                                "{'notice_id': 'n', 'message': 'm', 'severity': 'high'}"))
                .isEqualTo(object("{'notice_id': 'n', 'message': 'm', 'severity': 'high'}"));
    }

    @Test
    void other_events_do_not_concern_people() {
        assertThat(HumanRecords.of(object("{'type': 'job_running'}"), Aside.NONE)).isEmpty();
        assertThat(HumanRecords.of(object("{}"), Aside.NONE)).isEmpty();
    }
}
