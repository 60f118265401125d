package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first piece of work of an agent is announced, once and with the work itself. */
class AgentStartTest extends JobSpec {

    @ParameterizedTest
    @ValueSource(strings = {"router", "aggregator", "sensor", "module"})
    void whoever_gets_a_message_begins_with_it(String type) {
        given("a: %s\ntype: service\n".formatted(type));
        thenAmongOthers("agent_message_received(a)", "agent_started(a)");
        assertThat(payload("agent_started"))
                .isEqualTo(object("{'agent_type': '%s', 'node': '%s'}".formatted(type, NODE)));
    }

    @Test
    void a_command_begins_when_it_has_its_slots() {
        given("x: executor");
        assertThat(labels()).doesNotContain("agent_started(x)");
        grant("x");
        then("agent_started(x)", "executor_lease_acquired(x)");
        assertThat(payload("agent_started"))
                .isEqualTo(object("{'agent_type': 'executor', 'node': '%s'}".formatted(NODE)));
    }

    @Test
    void later_attempts_starts_and_messages_are_no_beginning() {
        given(
                """
                x: executor {'max_attempts': 2, 'retry_backoff_ms': 100, 'idempotent': true}
                policies: {'restart': {'attempts': 2, 'delay_ms': 100}}
                """);
        grant("x");
        fail("x", 75);
        advanceToWake();
        grant("x");
        then("executor_lease_acquired(x)");
        fail("x", 75);
        send("x", "go", "{}");
        advanceToWake();
        grant("x");
        then("executor_lease_acquired(x)");
        crashAndReadSnapshot();
        recover();
        grant("x");
        then("executor_lease_acquired(x)");
        crash();
        recover();
        grant("x");
        then("executor_lease_acquired(x)");
        assertThat(starts()).containsExactly("x");
    }

    @Test
    void who_was_interrupted_before_the_first_result_has_begun_all_the_same() {
        given("a: module");
        pauseDraining();
        crashAndReadSnapshot();
        recover();
        resume();
        then("job_resumed", "message_dispatched(a)");
        assertThat(starts()).containsExactly("a");
    }

    @Test
    void nobody_begins_with_a_message_that_came_too_late() {
        givenQuiet("a: router\ntype: service\n");
        pauseDraining();
        send("a", Message.of("x", json("{}")).withTtlMs(10));
        now += 20;
        resume();
        thenAmongOthers("dead_letter(a)");
        assertThat(starts()).isEmpty();
    }

    @Test
    void an_aggregator_may_begin_with_the_end_of_its_sources() {
        givenQuiet("s: module\nc: aggregator {'complete_after': 'all_sources'}\ns -> c: x\n");
        thenAmongOthers("agent_started(c)", "aggregator_sources_ended(c)");
        assertThat(starts()).containsExactly("c");
    }

    @Test
    void agents_of_steps_begin_too_and_each_instance_for_itself() {
        given(
                """
                plan: executor {'output_message_type': null}
                score: executor {'output_message_type': null}
                gather: executor {'output_message_type': null}
                step plan: plan
                step score: score
                step gather: gather
                plan => score
                score => gather {'accepts': ['done', 'skipped']}
                """);
        grant("plan");
        succeed(
                "plan",
                "{'events': [{'type': 'workflow_step_scatter', 'payload': {'target': 'score', 'items': [1, 2]}}], 'complete_step': true}");
        complete("score[1]", "1");
        complete("score[0]", "1");
        complete("gather", "1");
        assertThat(starts()).containsExactly("plan", "score[1]", "score[0]", "gather");
    }

    @Test
    void a_long_log_may_forget_it() {
        given("a: module");
        assertThat(
                        EventViews.isState(
                                facts().stream()
                                        .map(EventCodec.Recorded::event)
                                        .filter(JobEvent.AgentStarted.class::isInstance)
                                        .findFirst()
                                        .orElseThrow()))
                .isFalse();
    }

    /** Who has begun, in order. */
    private List<String> starts() {
        return facts().stream()
                .map(EventCodec.Recorded::event)
                .filter(JobEvent.AgentStarted.class::isInstance)
                .map(event -> ((JobEvent.AgentStarted) event).agent().value())
                .toList();
    }
}
