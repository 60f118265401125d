package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.HumanDecision;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonNull;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A person decides on a step's output. */
class GateTest extends JobSpec {

    private static final String PRESS =
            """
            d: executor {'output_message_type': 'drafted'}
            p: executor {'output_message_type': null}
            d -> p: drafted
            step draft: d {'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 0}, 'approval': {'title': 'Review', 'timeout_seconds': 3600, 'default_action': 'reject'}}}
            step publish: p
            draft => publish
            """;

    @Test
    void nothing_goes_on_before_a_person_has_approved() {
        given(PRESS);
        complete("d", "{'text': 'one'}");
        thenAmongOthers("sandbox_job_completed(d)", "human_input_requested");
        thenSteps("draft waiting", "publish pending");
        assertThat(effects()).isEmpty();
        assertThat(job.busyOutside()).isFalse();
        assertThat(explain().cause()).isEqualTo("waiting_for_person");
        assertThat(explainStep("draft").cause()).isEqualTo("waiting_for_person");

        crashAndReadSnapshot();
        recover();
        decide("draft:gate:1", "d-1", "approve", "fine");
        thenAmongOthers(
                "human_input_received",
                "human_decision_applied",
                "workflow_step_completed",
                "workflow_step_started(p)");
        complete("p", "1");
        thenStatus(JobStatus.COMPLETED);
        assertThat(step("draft").output).isEqualTo(json("{'text': 'one'}"));
    }

    @Test
    void a_person_reads_what_the_author_and_the_worker_ask() {
        given(PRESS.replace("'title': 'Review'", "'title': 'Review', 'blocked_actions': ['send']"));
        complete("d", "1");
        assertThat(payload("human_input_requested").at("request"))
                .isEqualTo(json("{'title': 'Review', 'blocked_actions': ['send']}"));
        decide("draft", "d-1", "revise", "");
        grant("d");
        succeed(
                "d",
                "{'events': [{'type': 'human_input_requested', 'payload': {'title': 'Better?', 'prompt': 'Read it'}}], 'complete_step': 1}");
        assertThat(payload("human_input_requested").at("request"))
                .isEqualTo(
                        json(
                                "{'title': 'Better?', 'blocked_actions': ['send'], 'prompt': 'Read it'}"));
        assertThat(HumanViews.requests(job).getLast().title()).isEqualTo("Better?");
    }

    @Test
    void a_step_without_a_title_asks_nothing_of_its_own() {
        given(
                "d: executor {'output_message_type': null}\nstep draft: d {'control': {'approval': {}}}");
        complete("d", "1");
        assertThat(payload("human_input_requested").at("request")).isEqualTo(json("{}"));
    }

    @Test
    void events_of_a_decision_name_its_id() {
        given(PRESS);
        complete("d", "1");
        decide("draft", "d-1", "approve", "");
        assertThat(payload("human_input_received").string("decision_id")).contains("d-1");
        assertThat(payload("human_decision_applied").string("decision_id")).contains("d-1");
    }

    @Test
    void revising_starts_a_new_attempt_with_the_note_and_uses_none_up() {
        given(PRESS);
        complete("d", "1");
        decide("draft", "d-1", "revise", "shorter");
        thenAmongOthers("human_decision_applied", "workflow_step_attempt_started(d)");
        assertThat(inHand("d").headers().string("mn.human.note")).contains("shorter");
        assertThat(step("draft").failures).isZero();
        assertThat(step("draft").attempt).isEqualTo(2);
        complete("d", "2");
        decide("draft", "d-2", "approve", "");
        assertThat(step("draft").output).isEqualTo(json("2"));
        // The first draft was never sent.
        assertThat(step("publish").entries).hasSize(1);
    }

    @Test
    void rejecting_fails_the_step_and_is_not_tried_again() {
        given(PRESS);
        complete("d", "1");
        decide("draft", "d-1", "reject", "wrong tone");
        thenAmongOthers("human_decision_applied", "workflow_step_failed", "job_failed");
        assertThat(step("draft").reason).isEqualTo("rejected by ada: wrong tone");
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void when_nobody_decides_in_time_the_default_is_taken() {
        given(PRESS);
        complete("d", "1");
        advanceToWake();
        thenAmongOthers("human_input_timeout", "human_decision_applied", "workflow_step_failed");
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void a_pause_stops_the_gates_clock() {
        given(PRESS);
        complete("d", "1");
        advance(1_800_000);
        pauseNow();
        advance(7_200_000);
        resume();
        advance(1_799_999);
        thenSteps("draft waiting", "publish pending");
        advance(1);
        thenStatus(JobStatus.FAILED);
    }

    @Test
    void a_decision_counts_once() {
        given(PRESS);
        complete("d", "1");
        decide("draft", "d-1", "revise", "shorter");
        decide("draft", "d-1", "revise", "shorter");
        thenUnchanged(JobStatus.RUNNING);
        decide("draft", "d-1", "approve", "");
        thenRefused(
                ErrorCode.CONFLICT,
                "Expected to approve at draft of job g-1, but it has decision d-1 already: revise");
    }

    @Test
    void a_closed_gate_takes_no_decision() {
        given(PRESS);
        decide("draft", "d-1", "approve", "");
        thenRefused(
                ErrorCode.CONFLICT,
                "Expected to approve at draft of job g-1, but it waits for no decision there: step draft is running");
        decide("nowhere", "d-1", "approve", "");
        thenRefused(
                ErrorCode.GATE_NOT_FOUND,
                "Expected to approve at nowhere of job g-1, but it has no such gate");
    }

    @Test
    void a_decision_that_the_author_left_out_is_refused() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d {'control': {'approval': {'allowed_decisions': ['approve', 'reject']}}}
                """);
        complete("d", "1");
        decide("draft", "d-1", "revise", "");
        thenRefused(
                ErrorCode.REQUEST_INVALID,
                "Expected to revise at draft of job g-1, but it allows only approve, reject");
    }

    @Test
    void a_notice_stops_nothing() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d {'control': {'approval': {'mode': 'notice_only', 'title': 'A draft'}}}
                """);
        complete("d", "1");
        thenAmongOthers("human_notice(d)", "workflow_step_completed", "job_completed");
    }

    @Test
    void a_worker_may_ask_for_a_gate_itself() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d
                """);
        grant("d");
        succeed(
                "d",
                "{'events': [{'type': 'human_input_requested', 'payload': {'prompt': 'Send it?', 'timeout_seconds': 60, 'default_action': 'approve'}}], 'complete_step': 5}");
        thenSteps("draft waiting");
        advanceToWake();
        thenStatus(JobStatus.COMPLETED);
        assertThat(output()).isEqualTo(json("5"));
    }

    @Test
    void an_answered_request_still_says_what_was_asked() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d {'control': {'approval': {'title': 'Review', 'allowed_decisions': ['approve', 'revise'], 'timeout_seconds': 60}}}
                """);
        grant("d");
        succeed(
                "d",
                "{'events': [{'type': 'human_input_requested', 'payload': {'prompt': 'Send it?', 'options': ['now', 'later']}}], 'complete_step': 5}");
        var asked = HumanViews.requests(job).getFirst();
        advance(1_000);
        decide("draft", "x", "revise", "shorter");
        crashAndReadSnapshot();
        recover();

        assertThat(HumanViews.requests(job))
                .containsExactly(
                        new HumanRequest(
                                "draft:gate:1",
                                "draft",
                                "Send it?",
                                object("{'prompt': 'Send it?', 'options': ['now', 'later']}"),
                                JsonNull.NULL,
                                List.of("approve", "revise"),
                                asked.requestedAt(),
                                Optional.of(asked.requestedAt().plusSeconds(60)),
                                Optional.of(new HumanDecision("x", "revise", "ada", "shorter"))));
    }

    @Test
    void an_unsure_result_is_looked_at_by_a_person() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d {'control': {'uncertainty': {'min_confidence': 0.75, 'on_low_confidence': 'human_review'}}}
                """);
        complete("d", "{'confidence': 0.5}");
        thenSteps("draft waiting");
        decide("draft", "x", "approve", "");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void what_a_step_chose_waits_for_the_approval_too() {
        given(
                """
                c: executor {'output_message_type': null}
                x: executor {'output_message_type': null}
                y: executor {'output_message_type': null}
                step choose: c {'control': {'approval': {}}}
                step x: x
                step y: y
                choose => x
                choose => y
                """);
        var choice =
                "{'events': [{'type': 'workflow_step_branch', 'payload': {'branch': '%s'}}], 'complete_step': 1}";
        grant("c");
        succeed("c", choice.formatted("x"));
        thenSteps("choose waiting", "x pending", "y pending");

        decide("choose", "d-1", "revise", "the other one");
        grant("c");
        succeed("c", choice.formatted("y"));
        crashAndReadSnapshot();
        recover();
        decide("choose", "d-2", "approve", "");
        thenAmongOthers("human_decision_applied", "workflow_branch_selected");
        thenSteps("choose completed", "x skipped", "y queued");
    }

    @Test
    void an_answer_that_was_heard_may_be_repeated_after_the_job_is_over() {
        given(PRESS);
        complete("d", "1");
        decide("draft", "d-1", "approve", "");
        complete("p", "2");
        decide("draft", "d-1", "approve", "");
        thenUnchanged(JobStatus.COMPLETED);
        decide("draft", "d-2", "approve", "");
        assertThat(refusal().code()).isEqualTo(ErrorCode.JOB_TERMINAL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'confidence': 0.5, 'outputs': {'confidence': 0.9}} | waiting",
                "{'outputs': {'confidence': 0.5}} | waiting",
                "{'metrics': {'confidence': 0.5}} | waiting",
                "{'confidence': 'low'} | completed",
                "{'confidence': 0.75} | completed",
                "{} | completed",
                "7 | completed"
            })
    void how_sure_a_result_is_stands_in_it_or_it_is_sure(String output, String status) {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d {'control': {'uncertainty': {'min_confidence': 0.75, 'on_low_confidence': 'human_review'}}}
                """);
        complete("d", output);
        thenSteps("draft " + status);
    }

    @Test
    void a_gate_is_found_by_its_request_too_and_says_the_same_again() {
        given(
                """
                d: executor {'output_message_type': null}
                t: executor {'output_message_type': null}
                step draft: d {'control': {'approval': {}}}
                step tell: t {'control': {'approval': {}}}
                draft => tell
                """);
        complete("d", "1");
        decide("draft:gate:1", "x", "approve", "");
        thenAmongOthers("human_decision_applied", "workflow_step_completed");
        decide("draft:gate:1", "x", "approve", "");
        thenUnchanged(JobStatus.RUNNING);
        decide("draft:gate:1", "x", "reject", "");
        assertThat(refusal().why()).contains("has decision x already: approve");
        decide("tell:gate:9", "y", "approve", "");
        assertThat(refusal().code()).isEqualTo(ErrorCode.GATE_NOT_FOUND);
    }
}
