package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Why a step is where it is: a true cause for every way of waiting, and what to do about it. */
class StepExplainTest extends JobSpec {

    private static final String AFTER_ANOTHER =
            """
            a: executor {'output_message_type': null}
            b: executor {'output_message_type': null}
            step a: a {'control': {'timeout_seconds': 60, 'retry': {'max_attempts': 2, 'backoff_seconds': 5, 'jitter': 0}}}
            step b: b {'control': {'timeout_seconds': 0}}
            a => b
            """;

    @AfterEach
    void every_step_has_a_sentence() {
        for (var step : job.ledger().steps()) {
            var explanation = explainStep(step.id);
            assertThat(explanation.subject()).isEqualTo("step " + step.id);
            assertThat(explanation.cause()).matches("[a-z][a-z_.]+");
            assertThat(explanation.sentence()).matches("(?s)[A-Z].*\\.");
        }
    }

    private void thenStep(String step, String state, String cause, String sentence) {
        var explanation = explainStep(step);
        assertThat(explanation.state()).isEqualTo(state);
        assertThat(explanation.cause()).isEqualTo(cause);
        assertThat(explanation.sentence()).isEqualTo(sentence);
    }

    @Test
    void waiting_for_slots_and_for_the_steps_before() {
        given(AFTER_ANOTHER);
        thenStep(
                "a",
                "queued",
                "waiting_for_lease",
                "Agent a waits for worker slots since 2026-01-01T00:00:00.000Z.");
        thenStep("b", "pending", "waiting_for_steps", "It waits for a.");
        assertThat(explainStep("b").evidence())
                .containsExactly(
                        "attempt 0, failed 0 of 1",
                        "rule all_success: 0 of 1 parents over, 0 succeeded, 0 failed");
        assertThat(explainStep("b").nextWake()).isEmpty();
        assertThat(explainStep("b").remediation()).isEmpty();
    }

    @Test
    void working_until_its_time_is_up() {
        given(AFTER_ANOTHER);
        grant("a");
        thenStep(
                "a",
                "running",
                "working",
                "Agent a works on it since 2026-01-01T00:00:00.000Z and has time until 2026-01-01T00:01:00.000Z.");
        assertThat(explainStep("a").nextWake()).contains(Instant.ofEpochMilli(T0 + 60_000));
        assertThat(explainStep("a").evidence()).containsExactly("attempt 1, failed 0 of 2");
        complete("a", "1");
        thenStep("a", "completed", "completed", "It completed at 2026-01-01T00:00:00.000Z.");
        assertThat(explainStep("a").nextWake()).isEmpty();
        grant("b");
        thenStep("b", "running", "working", "Agent b works on it since 2026-01-01T00:00:00.000Z.");
        assertThat(explainStep("b").evidence())
                .containsExactly(
                        "attempt 1, failed 0 of 1",
                        "rule all_success: 1 of 1 parents over, 1 succeeded, 0 failed");
    }

    @Test
    void waiting_for_the_next_attempt() {
        given(AFTER_ANOTHER);
        grant("a");
        fail("a", 1);
        thenStep(
                "a",
                "retry_wait",
                "waiting_for_retry",
                "Its next attempt starts at 2026-01-01T00:00:05.000Z.");
        assertThat(explainStep("a").nextWake()).contains(Instant.ofEpochMilli(T0 + 5_000));
        assertThat(explainStep("a").evidence())
                .containsExactly(
                        "attempt 1, failed 1 of 2",
                        "last error: command exited with status 1\noh dear");
        cancel();
        assertThat(explainStep("a").nextWake()).as("of a job that has ended").isEmpty();
    }

    @Test
    void a_step_that_failed_and_those_behind_it() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': null}
                step a: a {'control': {'on_failure': 'continue'}}
                step b: b {'trigger_rule': 'all_done'}
                step c: c
                a => b
                a => c {'accepts': ['skipped']}
                """);
        grant("a");
        fail("a", 1);
        assertThat(explainStep("a").sentence()).contains("command exited with status 1");
        assertThat(explainStep("b").evidence().getLast()).startsWith("rule all_done: 1 of 1");
    }

    @Test
    void waiting_for_a_person_until_the_time_is_up() {
        given(
                """
                d: executor {'output_message_type': null}
                step draft: d {'control': {'approval': {'timeout_seconds': 60}}}
                """);
        complete("d", "1");
        thenStep(
                "draft",
                "waiting",
                "waiting_for_person",
                "A person has to decide until 2026-01-01T00:01:00.000Z.");
        assertThat(explainStep("draft").remediation())
                .isEqualTo("mn job human g-1 --respond draft:gate:1 --decision approve");
    }

    @Test
    void waiting_for_room_beside_other_steps() {
        given(StepLifeTest.FAN_OF_TWO);
        complete("r", "1");
        thenStep("c", "queued", "waiting_for_room", "It may start when fewer steps run.");
        pauseDraining();
        assertThat(explainStep("c").cause()).isEqualTo("job_paused");
    }

    @Test
    void a_job_that_is_held_is_why_its_steps_wait() {
        given(AFTER_ANOTHER);
        grant("a");
        pauseDraining();
        assertThat(explainStep("a").cause()).isEqualTo("job_pausing");
        assertThat(explainStep("b").cause()).isEqualTo("waiting_for_steps");
        fail("a", 1);
        assertThat(explainStep("a").cause()).isEqualTo("job_paused");
    }

    @Test
    void a_step_whose_worker_was_lost_tries_again_within_its_attempt() {
        given(AFTER_ANOTHER);
        grant("a");
        lose("a");
        assertThat(explainStep("a").cause()).isEqualTo("waiting_for_retry");
        assertThat(explainStep("a").sentence())
                .isEqualTo(
                        "Agent a tries again at "
                                + Instant.ofEpochMilli(job.nextWake().orElseThrow())
                                + ".");
    }

    @Test
    void the_steps_before_are_named_up_to_eight() {
        var many = new StringBuilder();
        var entries = new StringBuilder("entrypoints: ");
        many.append("t: executor {'output_message_type': null}\nstep t: t\n");
        for (int i = 0; i < 10; i++) {
            many.append(
                    "p%1$d: executor {'output_message_type': null}\nstep p%1$d: p%1$d\np%1$d => t\n"
                            .formatted(i));
            entries.append(i == 0 ? "" : ", ").append('p').append(i);
        }
        given(many + entries.toString() + "\n");
        assertThat(explainStep("t").sentence())
                .isEqualTo("It waits for p0, p1, p2, p3, p4, p5, p6, p7.");
        complete("p0", "1");
        assertThat(explainStep("t").sentence())
                .isEqualTo("It waits for p1, p2, p3, p4, p5, p6, p7, p8.");
    }
}
