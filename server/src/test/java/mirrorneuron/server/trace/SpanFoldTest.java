package mirrorneuron.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.RunIds;
import org.junit.jupiter.api.Test;

/** Which spans a job leaves, event by event. */
class SpanFoldTest {

    private static final JobId JOB = JobId.of("simple-1");
    private static final Instant NOON = Instant.parse("2026-03-28T12:00:00Z");

    private final SpanFold fold = new SpanFold(JOB, "simple-1", "trc_x", Optional.empty());
    private final List<Span> spans = new ArrayList<>();
    private long sequence;

    private static Instant at(long second) {
        return NOON.plusSeconds(second);
    }

    /** The n-th event happens n seconds after noon. */
    private void event(String type, String agent, String payload) {
        sequence++;
        spans.addAll(
                fold.add(
                        RuntimeEvent.of(
                                JOB,
                                sequence,
                                at(sequence),
                                type,
                                agent.isEmpty() ? Optional.empty() : Optional.of(AgentId.of(agent)),
                                (JsonObject) Json.parse(payload.replace('\'', '"')),
                                true)));
    }

    private List<String> names() {
        return spans.stream().map(Span::name).toList();
    }

    private static String id(String scope) {
        return TraceIds.span(RunIds.span(JOB, scope));
    }

    private void begun() {
        event("job_pending", "", "{'graph_id':'simple'}");
    }

    @Test
    void an_attempt_that_is_tried_again_failed_and_the_next_is_another() {
        begun();
        event("executor_lease_requested", "w", "{'message_id':'m1','attempt_id':'w-a1'}");
        event("executor_lease_acquired", "w", "{'attempt_id':'w-a1','attempt':1}");
        event("executor_lease_released", "w", "{'attempt_id':'w-a1'}");
        assertThat(names())
                .as("whether it failed is said by the next event")
                .containsExactly("worker w");
        event("executor_retry_scheduled", "w", "{'error':'exited, API_TOKEN=abcdef'}");
        event("executor_lease_requested", "w", "{'message_id':'m1','attempt_id':'w-a2'}");
        event("executor_lease_acquired", "w", "{'attempt_id':'w-a2','attempt':2}");
        event("executor_lease_released", "w", "{'lease_id':'simple-1/w-a2'}");
        event("sandbox_job_completed", "w", "{'lease_id':'simple-1/w-a2'}");

        assertThat(names()).containsExactly("worker w", "attempt w", "worker w", "attempt w");
        assertThat(spans.get(0).failure()).isEmpty();
        assertThat(spans.get(0).start()).isEqualTo(at(3));
        assertThat(spans.get(0).end()).isEqualTo(at(4));
        assertThat(spans.get(0).parentId()).hasValue(id("attempt:w-a1"));
        assertThat(spans.get(1).spanId()).isEqualTo(id("attempt:w-a1"));
        assertThat(spans.get(1).parentId()).hasValue(id(""));
        assertThat(spans.get(1).failure()).hasValue("exited, API_TOKEN=[REDACTED]");
        assertThat(spans.get(3).spanId()).isEqualTo(id("attempt:w-a2"));
        assertThat(spans.get(3).failure()).isEmpty();
        assertThat(spans.get(2).attributes()).containsEntry("mn.attempt", "2");
    }

    @Test
    void an_attempt_of_a_module_ends_with_its_message() {
        begun();
        event("message_dispatched", "m", "{'message_id':'m1','attempt_id':'m-a1','attempt':1}");
        event("message_acked", "other", "{'message_id':'m0'}");
        assertThat(spans).isEmpty();
        event("message_acked", "m", "{'message_id':'m1'}");
        assertThat(names()).containsExactly("attempt m");
        assertThat(spans.getFirst().end()).isEqualTo(at(4));
    }

    @Test
    void an_attempt_that_a_crash_cut_off_ends_where_the_next_begins() {
        begun();
        event("executor_lease_requested", "w", "{'message_id':'m1','attempt_id':'w-a1'}");
        event("job_recovered", "", "{'agents':['w']}");
        event("executor_lease_requested", "w", "{'message_id':'m1','attempt_id':'w-a2'}");
        assertThat(names()).containsExactly("attempt w");
        assertThat(spans.getFirst().failure()).hasValue("interrupted");
        event("message_acked", "w", "{'message_id':'m1'}");
        assertThat(spans.get(1).spanId()).isEqualTo(id("attempt:w-a2"));
    }

    @Test
    void a_step_holds_each_of_its_attempts() {
        begun();
        event("workflow_step_started", "w", "{'step_id':'s'}");
        event(
                "workflow_step_attempt_started",
                "w",
                "{'step_id':'s','attempt_id':'s:attempt:1','attempt':1}");
        event(
                "workflow_step_attempt_timed_out",
                "",
                "{'step_id':'s','attempt_id':'s:attempt:1','kind':'timeout'}");
        event(
                "workflow_step_attempt_started",
                "w",
                "{'step_id':'s','attempt_id':'s:attempt:2','attempt':2}");
        event(
                "workflow_step_failed",
                "",
                "{'step_id':'s','attempt_id':'s:attempt:2','status':'failed','outcome':'failure',"
                        + "'reason':'no more attempts'}");

        assertThat(names()).containsExactly("attempt s", "attempt s", "step s");
        assertThat(spans.get(0).failure()).hasValue("timed out: timeout");
        assertThat(spans.get(0).spanId()).isEqualTo(id("attempt:s:attempt:1"));
        assertThat(spans.subList(0, 2))
                .allMatch(s -> s.parentId().equals(Optional.of(id("step:s"))));
        assertThat(spans.get(2).parentId()).hasValue(id(""));
        assertThat(spans.get(2).failure()).hasValue("no more attempts");
        assertThat(spans.get(2).attributes())
                .containsEntry("mn.status", "failed")
                .containsEntry("mn.outcome", "failure");
    }

    @Test
    void what_other_agents_do_for_a_step_lies_inside_its_attempt_while_that_is_open() {
        begun();
        event("workflow_step_started", "lead", "{'step_id':'s'}");
        event("workflow_step_attempt_started", "lead", "{'step_id':'s','attempt_id':'s:1'}");
        event("agent_message_received", "helper", "{'from':'lead','message_id':'m1'}");
        event("executor_lease_requested", "helper", "{'message_id':'m1','attempt_id':'helper-a1'}");
        event("message_acked", "helper", "{'message_id':'m1'}");
        event("workflow_step_completed", "", "{'step_id':'s','attempt_id':'s:1'}");
        event("executor_lease_requested", "helper", "{'message_id':'m2','attempt_id':'helper-a2'}");
        event("message_acked", "helper", "{'message_id':'m2'}");

        assertThat(names())
                .containsExactly("attempt helper", "attempt s", "step s", "attempt helper");
        assertThat(spans.get(0).parentId()).hasValue(id("attempt:s:1"));
        assertThat(spans.get(3).parentId()).hasValue(id(""));
    }

    @Test
    void the_end_of_the_job_ends_what_is_open_the_inner_first() {
        begun();
        event("workflow_step_started", "w", "{'step_id':'s'}");
        event("workflow_step_attempt_started", "w", "{'step_id':'s','attempt_id':'s:1'}");
        event("executor_lease_requested", "w", "{'message_id':'m1','attempt_id':'w-a1'}");
        event("executor_lease_acquired", "w", "{'attempt_id':'w-a1'}");
        event("job_cancelled", "", "{'reason':'operator'}");

        assertThat(names()).containsExactly("worker w", "attempt w", "attempt s", "step s", "job");
        assertThat(spans).allMatch(span -> span.end().equals(at(6)) && span.failure().isEmpty());
        assertThat(spans.getLast().attributes())
                .containsEntry("mn.status", "cancelled")
                .containsEntry("mn.graph_id", "simple");
    }

    @Test
    void a_step_that_never_began_and_other_events_leave_nothing() {
        begun();
        event("workflow_step_skipped", "", "{'step_id':'s','status':'skipped'}");
        event("workflow_step_attempt_completed", "", "{'step_id':'s','attempt_id':'s:1'}");
        event("executor_lease_released", "w", "{'attempt_id':'w-a1'}");
        event("route_selected", "w", "{'to':'x'}");
        event("custom", "w", "{}");
        assertThat(spans).isEmpty();
    }

    @Test
    void a_log_whose_beginning_is_gone_leaves_nothing_and_breaks_nothing() {
        event("workflow_step_started", "w", "{'step_id':'s'}");
        event("executor_lease_requested", "w", "{'message_id':'m1','attempt_id':'w-a1'}");
        event("executor_lease_acquired", "w", "{'attempt_id':'w-a1'}");
        event("job_completed", "", "{}");
        assertThat(spans).isEmpty();
    }
}
