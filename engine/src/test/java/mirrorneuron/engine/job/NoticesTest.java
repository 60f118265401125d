package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import mirrorneuron.api.JobStatus;
import mirrorneuron.engine.worker.StructuredResult.Note;
import mirrorneuron.engine.worker.WorkerOutcome;
import org.junit.jupiter.api.Test;

/** What commands tell people is heard whatever becomes of the attempt that said it. */
class NoticesTest extends JobSpec {

    private static final String STEP =
            """
            d: executor {'output_message_type': null}
            step draft: d {'control': {'timeout_seconds': 60, 'retry': {'max_attempts': 3, 'backoff_seconds': 0, 'jitter': 0}}}
            """;

    private static Note notice(String payload) {
        return new Note("human_notice", object(payload));
    }

    private static Note request(String payload) {
        return new Note("human_input_requested", object(payload));
    }

    private static WorkerOutcome failure(WorkerOutcome.Cause cause, Note... said) {
        return new WorkerOutcome.Failed(
                "host-local-1", "", "oh dear", cause, OptionalInt.of(1), "failed", List.of(said));
    }

    private static WorkerOutcome failure(Note... said) {
        return failure(WorkerOutcome.Cause.EXIT_STATUS, said);
    }

    @Test
    void a_failed_attempt_has_told_what_it_told() {
        given(STEP);
        grant("d");
        finish(
                "d",
                failure(
                        notice("{'notice_id': 'n1', 'message': 'look'}"),
                        request("{'request_id': 'r1', 'prompt': 'May I?'}")));
        thenAmongOthers(
                "human_notice(d)",
                "human_input_requested(d)",
                "workflow_step_attempt_retry_scheduled");
        assertThat(payload("human_notice"))
                .isEqualTo(object("{'notice_id': 'n1', 'message': 'look', 'step_id': 'draft'}"));
        // There is no output yet on which anybody could decide.
        assertThat(HumanViews.requests(job)).isEmpty();
    }

    @Test
    void an_attempt_that_is_done_again_says_nothing_twice() {
        given(STEP);
        grant("d");
        finish("d", failure(notice("{'notice_id': 'n1'}"), notice("{'notice_id': 'n1'}")));
        assertThat(payloads("human_notice")).hasSize(1);
        crashAndReadSnapshot();
        recover();
        grant("d");
        finish("d", failure(notice("{'notice_id': 'n1'}"), notice("{'notice_id': 'n2'}")));
        assertThat(payloads("human_notice"))
                .containsExactly(object("{'notice_id': 'n2', 'step_id': 'draft'}"));
        grant("d");
        succeed(
                "d",
                "{'events': [{'type': 'human_notice', 'payload': {'notice_id': 'n2'}}], 'complete_step': 1}");
        assertThat(labels()).doesNotContain("human_notice(d)");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void without_an_id_each_is_another_one() {
        given(STEP);
        for (int i = 0; i < 2; i++) {
            grant("d");
            finish("d", failure(notice("{'message': 'look'}")));
            assertThat(payloads("human_notice")).hasSize(1);
        }
    }

    @Test
    void a_request_of_a_failed_attempt_becomes_a_gate_when_the_next_one_succeeds() {
        given(STEP);
        grant("d");
        finish("d", failure(request("{'request_id': 'r1', 'prompt': 'May I?'}")));
        grant("d");
        succeed(
                "d",
                "{'events': [{'type': 'human_input_requested', 'payload': {'request_id': 'r1', 'prompt': 'May I?'}}], 'complete_step': 5}");
        thenSteps("draft waiting");
        assertThat(payload("human_input_requested").string("request_id")).contains("draft:gate:2");
        assertThat(HumanViews.requests(job).getFirst().title()).isEqualTo("May I?");
    }

    @Test
    void a_question_that_was_answered_while_the_command_ran_opens_no_gate() {
        given(STEP);
        grant("d");
        succeed(
                "d",
                """
                {'events': [
                  {'type': 'human_input_requested', 'payload': {'request_id': 'r1', 'prompt': 'May I?'}},
                  {'type': 'human_input_received', 'payload': {'request_id': 'r1', 'decision': 'yes'}}],
                 'complete_step': 5}
                """);
        thenAmongOthers("human_input_requested(d)", "human_input_received(d)");
        assertThat(payload("human_input_requested").string("request_id")).contains("r1");
        assertThat(payload("human_input_received"))
                .isEqualTo(object("{'request_id': 'r1', 'decision': 'yes', 'step_id': 'draft'}"));
        assertThat(HumanViews.requests(job)).isEmpty();
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void of_two_questions_the_one_without_an_answer_becomes_the_gate() {
        given(STEP);
        grant("d");
        succeed(
                "d",
                """
                {'events': [
                  {'type': 'human_input_requested', 'payload': {'request_id': 'r1', 'prompt': 'May I?'}},
                  {'type': 'human_input_requested', 'payload': {'request_id': 'r2', 'prompt': 'And now?'}},
                  {'type': 'human_input_received', 'payload': {'request_id': 'r2', 'decision': 'yes'}}],
                 'complete_step': 5}
                """);
        thenSteps("draft waiting");
        assertThat(HumanViews.requests(job).getFirst().title()).isEqualTo("May I?");
    }

    @Test
    void an_attempt_that_the_ledger_gave_up_is_heard_when_it_has_ended() {
        given(STEP);
        grant("d");
        var late = attempt("d");
        advance(60_000);
        thenAmongOthers("workflow_step_attempt_timed_out", "executor_lease_released(d)");
        when(
                new JobCommand.WorkerFinished(
                        agent("d").id(),
                        late,
                        failure(
                                WorkerOutcome.Cause.STOPPED,
                                notice("{'notice_id': 'n1', 'message': 'slow'}"))));
        then("human_notice(d)");
        when(
                new JobCommand.WorkerFinished(
                        agent("d").id(),
                        late,
                        failure(
                                WorkerOutcome.Cause.STOPPED,
                                notice("{'notice_id': 'n1', 'message': 'slow'}"))));
        thenNothing();
    }

    @Test
    void an_agent_outside_of_workflows_is_heard_too() {
        given("x: executor {'max_attempts': 2, 'retry_backoff_ms': 0}");
        grant("x");
        finish("x", failure(notice("{'notice_id': 'n1', 'message': 'look'}")));
        thenAmongOthers("human_notice(x)", "executor_retry_scheduled(x)");
        assertThat(payload("human_notice"))
                .isEqualTo(object("{'notice_id': 'n1', 'message': 'look'}"));
    }

    @Test
    void only_so_many_ids_are_remembered() {
        given("x: executor {'output_message_type': null}");
        grant("x");
        var said =
                IntStream.rangeClosed(0, Notices.IDS_MAX)
                        .mapToObj(i -> notice("{'notice_id': 'n%d'}".formatted(i)))
                        .toArray(Note[]::new);
        finish("x", failure(WorkerOutcome.Cause.LOST, said));
        assertThat(agent("x").told)
                .hasSize(Notices.IDS_MAX)
                .doesNotContain("human_notice:n0")
                .contains("human_notice:n1", "human_notice:n" + Notices.IDS_MAX);
    }
}
