package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Index.atIndex;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.agent.AgentResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Why a job or an agent is where it is: a true cause for every way of waiting. */
class ExplainTest extends JobSpec {

    private static final String JOB =
            """
            x: executor {'max_attempts': 2}
            b: module
            x -> b: *
            """;

    @AfterEach
    void nothing_is_left_without_a_sentence() {
        var about = new java.util.ArrayList<Explanation>();
        about.add(explain());
        job.agents().forEach(agent -> about.add(explain(agent.id().value())));
        for (var explanation : about) {
            assertThat(explanation.subject()).isNotBlank();
            assertThat(explanation.state()).isNotBlank();
            assertThat(explanation.cause()).matches("[a-z][a-z_.]+");
            assertThat(explanation.sentence()).endsWith(".");
        }
    }

    private void thenJob(String state, String cause, String sentence) {
        var explanation = explain();
        assertThat(explanation.subject()).isEqualTo("job g-1");
        assertThat(explanation.cause()).isEqualTo(cause);
        assertThat(explanation.state()).isEqualTo(state);
        assertThat(explanation.sentence()).isEqualTo(sentence);
        assertThat(explanation.nextWake())
                .isEqualTo(
                        job.nextWake().isPresent()
                                ? java.util.Optional.of(
                                        Instant.ofEpochMilli(job.nextWake().getAsLong()))
                                : java.util.Optional.empty());
    }

    private void thenAgent(String agent, String state, String cause, String sentence) {
        var explanation = explain(agent);
        assertThat(explanation.subject()).isEqualTo("agent " + agent);
        assertThat(explanation.cause()).isEqualTo(cause);
        assertThat(explanation.state()).isEqualTo(state);
        assertThat(explanation.sentence()).isEqualTo(sentence);
    }

    @Test
    void pending() {
        submitted(JOB);
        thenJob("pending", "not_started", "The job is accepted and has not begun to run.");
        thenAgent("x", "idle", "job_pending", "The job is pending.");
    }

    @Test
    void waiting_for_slots() {
        given(JOB);
        thenJob("running", "waiting_for_lease", "1 message waiting for free worker slots.");
        thenAgent(
                "x",
                "queued",
                "waiting_for_lease",
                "Waits for worker slots since 2026-01-01T00:00:00.000Z.");
        assertThat(explain().evidence())
                .containsExactly("agent x: Waits for worker slots since 2026-01-01T00:00:00.000Z.");
        assertThat(explain().remediation()).contains("MN_EXECUTOR_MAX_CONCURRENCY");
    }

    @Test
    void working() {
        given(JOB);
        grant("x");
        thenJob("running", "working", "1 agent at work.");
        thenAgent(
                "x",
                "running",
                "working",
                "Works on a message of type init since 2026-01-01T00:00:00.000Z.");
        assertThat(explain("x").evidence()).contains("handled 0, waiting 0").hasSize(2);
    }

    @Test
    void waiting_for_a_retry() {
        given(JOB);
        grant("x");
        fail("x", 1);
        thenJob(
                "running",
                "waiting_for_time",
                "Nothing can be done before 2026-01-01T00:00:00.500Z.");
        thenAgent("x", "queued", "waiting_for_retry", "Tries again at 2026-01-01T00:00:00.500Z.");
        assertThat(explain("x").evidence()).contains("last error: command exited with status 1");
    }

    @Test
    void waiting_for_a_restart() {
        given("x: executor");
        grant("x");
        fail("x", 1);
        thenJob(
                "running",
                "waiting_for_time",
                "Nothing can be done before 2026-01-01T00:00:01.000Z.");
        thenAgent(
                "x",
                "restarting",
                "waiting_for_restart",
                "It failed (command exited with status 1) and starts again at 2026-01-01T00:00:01.000Z.");
    }

    @Test
    void waiting_for_room() {
        given("p: module\nq: module {'backpressure': {'max_queue_depth': 1}}\np -> q: x");
        handle(
                "p",
                with("{}").emit("x", json("1")).emit("x", json("2")).emit("x", json("3")).build());
        thenAgent(
                "p",
                "queued",
                "waiting_for_room",
                "Takes nothing new before 1 sent message found room in the mailboxes they go to.");
    }

    @Test
    void waiting_for_the_startup_delay() {
        given("x: executor {'startup_delay_ms': 5000}");
        thenJob(
                "running",
                "waiting_for_time",
                "Nothing can be done before 2026-01-01T00:00:05.000Z.");
        thenAgent(
                "x",
                "queued",
                "waiting_for_time",
                "Its first command starts at 2026-01-01T00:00:05.000Z.");
    }

    @Test
    void pausing_and_paused() {
        given(JOB);
        grant("x");
        send("b", "t", "1");
        pauseDraining();
        thenJob(
                "pausing",
                "workers_finishing",
                "The job pauses as soon as 2 running agents have finished.");
        send("b", "t", "2");
        handle("b", with("{}").build());
        thenAgent("b", "paused", "job_pausing", "The job is pausing.");
        succeed("x", "");
        thenJob("paused", "paused", "The job is paused since 2026-01-01T00:00:00.000Z: operator.");
        assertThat(explain().remediation()).isEqualTo("mn job resume g-1");
        thenAgent("b", "paused", "job_paused", "The job is paused.");
    }

    @Test
    void cancelling_and_cancelled() {
        given(JOB);
        grant("x");
        send("b", "t", "1");
        cancel();
        thenJob(
                "cancelling",
                "workers_stopping",
                "The job is being cancelled; 2 running agents are being ended.");
        assertThat(explain().evidence())
                .containsExactly("agent x is running", "agent b is running");
        stop("x");
        throwing("b", "interrupted");
        thenJob("cancelled", "cancelled", "The job was cancelled: cancelled by operator.");
    }

    @Test
    void completed_and_failed() {
        given("c: aggregator {'complete_after': 1}");
        thenJob("completed", "completed", "The job has ended with a result.");
        given("x: executor\npolicies: {'restart': {'attempts': 0}}");
        grant("x");
        fail("x", 1);
        thenJob("failed", "runtime.job.failed", "Agent x failed: command exited with status 1.");
        assertThat(explain().remediation()).contains("stderr");
    }

    @Test
    void idle() {
        given("a: router\nc: aggregator {'complete_after': 3}\n");
        thenJob(
                "running",
                "idle",
                "No agent has anything to do, and nothing has completed the run.");
        assertThat(explain().evidence())
                .containsExactly(
                        "agent a: no edge takes its messages of type init",
                        "agent c: has collected 0 of 3");
        thenAgent("a", "ready", "mailbox_empty", "Has nothing to do.");
    }

    @Test
    void idle_with_dead_letters() {
        given("b: module");
        handle("b", new AgentResult.Reject("no"));
        thenJob(
                "running",
                "idle_dead_letters",
                "No agent has anything to do, and 1 message could not be handled.");
        assertThat(explain().evidence()).containsExactly("1 dead letter not replayed");
        assertThat(explain().remediation()).contains("mn job dead-letters g-1");
    }

    @Test
    void a_time_that_has_lost_its_meaning_is_no_cause() {
        given("b: module");
        handle("b", new AgentResult.Retry(Duration.ofSeconds(5), "later"));
        pauseDraining();
        resume();
        advanceToWake();
        handle("b", with("{}").build());
        thenJob(
                "running",
                "idle",
                "No agent has anything to do, and nothing has completed the run.");
        assertThat(job.timers).isEmpty();
    }

    @Test
    void a_last_failure_leaves_no_timer_behind() {
        given("x: executor {'failure_message_type': 'f'}");
        grant("x");
        fail("x", 1);
        assertThat(job.timers).isEmpty();
    }

    @Test
    void an_agent_that_does_not_exist_has_no_explanation() {
        given(JOB);
        assertThat(Explain.agent(job, AgentId.of("ghost"), now)).isEmpty();
    }

    @Test
    void everything_that_waits_is_explained_at_once_what_can_move_first_and_at_most_so_much() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': null}
                step a: a
                step b: b
                step c: c
                a => c
                b => c
                """);
        grant("a");
        assertThat(subjects(10))
                .containsExactly("job g-1", "step a", "step b", "agent b", "step c");
        assertThat(subjects(2)).containsExactly("job g-1", "step a");
        assertThat(Explain.all(job, 1, now)).containsExactly(explain());
        cancel();
        stop("a");
        assertThat(job.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(subjects(10)).containsExactly("job g-1");
    }

    private List<String> subjects(int limit) {
        return Explain.all(job, limit, now).stream().map(Explanation::subject).toList();
    }

    @Test
    void a_step_that_waits_for_a_person_is_what_the_job_waits_for() {
        given(
                """
                d: executor {'output_message_type': null}
                t: executor {'output_message_type': null}
                step draft: d {'control': {'approval': {}}}
                step tell: t
                draft => tell
                """);
        complete("d", "1");
        thenJob(
                "running",
                "waiting_for_person",
                "A person has to decide before the workflow goes on.");
        assertThat(explain().evidence())
                .containsExactly("step draft: " + StepExplain.waitsFor(job, step("draft")));
        assertThat(explain().remediation()).isEqualTo(explainStep("draft").remediation());
        assertThat(explain().remediation()).isNotBlank();
    }

    @Test
    void a_running_workflow_names_the_steps_that_could_move_and_not_those_behind_them() {
        given(
                """
                a: executor {'output_message_type': null}
                b: executor {'output_message_type': null}
                step a: a
                step b: b
                a => b
                """);
        grant("a");
        assertThat(explain().evidence())
                .hasSize(2)
                .satisfies(first -> assertThat(first).startsWith("step a: "), atIndex(0))
                .satisfies(second -> assertThat(second).startsWith("agent a: "), atIndex(1));
    }

    @Test
    void what_a_job_says_of_its_agents_is_bounded() {
        var many = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            many.append("x%d: executor\n".formatted(i));
        }
        many.append("entrypoints: ");
        for (int i = 0; i < 20; i++) {
            many.append(i == 0 ? "" : ", ").append('x').append(i);
        }
        given(many.toString());
        assertThat(explain().evidence()).hasSize(12);
        for (int i = 0; i < 20; i++) {
            grant("x" + i);
        }
        thenJob("running", "working", "20 agents at work.");
        cancel();
        assertThat(explain().evidence()).hasSize(12);
    }

    @Test
    void an_idle_job_says_so_much_of_what_its_agents_have() {
        var many = new StringBuilder("a: router\nentrypoints: a\n");
        for (int i = 0; i < 20; i++) {
            many.append("c%d: aggregator {'complete_after': 3}\n".formatted(i));
        }
        given(many.toString());
        assertThat(explain().cause()).isEqualTo("idle");
        assertThat(explain().evidence()).hasSize(12).contains("agent c0: has collected 0 of 3");
    }

    @Test
    void a_message_for_a_step_that_has_not_begun_waits_for_the_step() {
        given(
                """
                a: executor {'output_message_type': 'next'}
                b: executor {'output_message_type': null}
                a -> b: next
                step first: a {'control': {'approval': {}}}
                step second: b
                first => second
                """);
        grant("a");
        print("a", "{'emit_messages': [{'type': 'next', 'body': 1}]}");
        thenAgent(
                "b",
                "queued",
                "waiting_for_step",
                "Its messages wait for step second: "
                        + StepExplain.waitsFor(job, step("second"))
                        + ".");
    }
}
