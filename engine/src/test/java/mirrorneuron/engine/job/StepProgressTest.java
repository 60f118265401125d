package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import org.junit.jupiter.api.Test;

/** What a step's command says while it runs, and when it counts. */
class StepProgressTest extends JobSpec {

    private static final String CHOICE =
            """
            c: executor {'output_message_type': null}
            a: executor {'output_message_type': null}
            b: executor {'output_message_type': null}
            step c: c {'control': {'retry': {'max_attempts': 2, 'backoff_seconds': 0, 'jitter': 0}}}
            step a: a
            step b: b
            c => a
            c => b
            """;

    private static final String CHOOSE =
            "{'events': [{'type': 'workflow_step_branch', 'payload': {'branches': ['b']}}]}";

    @Test
    void activity_notices_and_questions_are_heard_at_once() {
        given(CHOICE);
        grant("c");
        print(
                "c",
                "{'events': [{'type': 'rows_read', 'payload': {'n': 7}},"
                        + " {'type': 'human_notice', 'payload': {'notice_id': 'n1', 'message': 'look'}},"
                        + " {'type': 'human_input_requested', 'payload': {'request_id': 'r1', 'prompt': 'May I?'}}]}");
        then("executor_progress(c)", "rows_read(c)", "human_notice(c)", "human_input_requested(c)");
        thenSteps("c running", "a pending", "b pending");

        complete("c", "5");
        thenSteps("c waiting", "a pending", "b pending");
        assertThat(HumanViews.requests(job).getFirst().title()).isEqualTo("May I?");
    }

    @Test
    void a_choice_counts_when_the_command_has_succeeded() {
        given(CHOICE);
        grant("c");
        print("c", CHOOSE);
        then("executor_progress(c)");
        thenSteps("c running", "a pending", "b pending");
        crashAndReadSnapshot();
        complete("c", "1");
        thenAmongOthers("workflow_branch_selected", "workflow_step_skipped");
        thenSteps("c completed", "a skipped", "b queued");
    }

    @Test
    void a_choice_of_a_failed_attempt_is_none() {
        given(CHOICE);
        grant("c");
        print("c", CHOOSE);
        fail("c", 1);
        complete("c", "1");
        thenSteps("c completed", "a queued", "b queued");
    }

    @Test
    void an_interrupted_command_says_its_choice_again_and_it_counts() {
        given(CHOICE);
        grant("c");
        print("c", CHOOSE);
        pauseNow();
        stop("c");
        resume();
        grant("c");
        print("c", CHOOSE);
        complete("c", "1");
        thenSteps("c completed", "a skipped", "b queued");
    }

    @Test
    void an_output_said_on_the_way_is_the_steps_output_unless_the_result_has_one() {
        given(CHOICE);
        grant("c");
        print("c", "{'complete_step': {'n': 1}}");
        succeed("c", "done");
        assertThat(step("c").output).isEqualTo(json("{'n': 1}"));

        given(CHOICE);
        grant("c");
        print("c", "{'complete_step': {'n': 1}}");
        succeed("c", "{'complete_step': {'n': 2}}");
        assertThat(step("c").output).isEqualTo(json("{'n': 2}"));

        given(CHOICE);
        grant("c");
        print("c", "{'events': [{'type': 'complete_step', 'payload': {'output': {'n': 3}}}]}");
        succeed("c", "done");
        assertThat(step("c").output).isEqualTo(json("{'n': 3}"));
    }

    @Test
    void a_step_that_ends_the_run_on_the_way_fails_too() {
        given(CHOICE);
        grant("c");
        print("c", "{'complete_run': true}");
        succeed("c", "done");
        thenAmongOthers(
                "workflow_run_completion_rejected(c)", "workflow_step_attempt_retry_scheduled");
    }

    @Test
    void a_job_of_messages_ends_with_what_was_said_on_the_way() {
        given("x: executor {'output_message_type': null}");
        grant("x");
        print("x", "{'complete_run': {'sum': 3}}");
        thenStatus(JobStatus.RUNNING);
        crashAndReadSnapshot();
        succeed("x", "done");
        thenStatus(JobStatus.COMPLETED);
        assertThat(output()).isEqualTo(json("{'sum': 3}"));
    }
}
