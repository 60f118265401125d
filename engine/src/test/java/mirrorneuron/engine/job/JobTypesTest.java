package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.api.agent.Action;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the end of a run means for each type of job, and whose agents belong to a node. */
class JobTypesTest extends JobSpec {

    private static String sink(String type) {
        return """
        a: router
        c: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
        a -> c: *
        policies: {'job_type': '%s', 'restart': {'attempts': 2, 'delay_ms': 100, 'mode': 'fail'}}
        """
                .formatted(type);
    }

    @Test
    void a_batch_job_is_over() {
        given(sink("batch"));
        thenStatus(JobStatus.COMPLETED);
        assertThat(job.result.orElseThrow().toString()).contains("\"agent_id\":\"c\"");
    }

    @Test
    void a_service_goes_on() {
        given(sink("service"));
        thenAmongOthers("service_agent_completed(c)");
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void a_system_job_goes_on_and_says_which_target_has_finished() {
        given(sink("system"));
        thenAmongOthers("agent_started(c@node-1)", "system_target_completed(c@node-1)");
        assertThat(payload("system_target_completed").string("agent_id")).contains("c@node-1");
        assertThat(payload("system_target_completed").string("node")).contains(NODE);
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void a_sysbatch_job_is_over_when_every_target_is() {
        given(sink("sysbatch"));
        thenAmongOthers("sysbatch_target_completed(c@node-1)", "job_completed");
        thenResultOf("['c@node-1']");
    }

    private void thenResultOf(String targets) {
        var result = (JsonObject) job.result.orElseThrow();
        assertThat(result.at("completed_agents")).isEqualTo(json("['c']"));
        assertThat(result.at("completed_targets")).isEqualTo(json(targets));
        for (var target : result.array("completed_targets")) {
            var name = ((JsonString) target).value();
            assertThat(result.object("target_results").object(name).integer("count")).hasValue(1);
        }
    }

    private static final String PER_NODE =
            """
            a: module
            b: module
            c: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
            a -> b: work
            b -> c: done
            policies: {'job_type': '%s'}
            """;

    @Test
    void agents_on_nodes_know_one_another_by_both_names() {
        given(PER_NODE.formatted("system"));
        thenAmongOthers("agent_message_received(a@node-1)", "message_dispatched(a@node-1)");
        var built =
                with("{}")
                        .emit("work", json("1"))
                        .emitTo(AgentId.of("b"), "work", json("2"), Action.Options.none())
                        .emitTo(AgentId.of("b@node-1"), "work", json("3"), Action.Options.none())
                        .emitTo(AgentId.of("b@node-9"), "work", json("4"), Action.Options.none())
                        .build();
        handle("a@node-1", built);
        assertThat(inHand("b@node-1").body()).isEqualTo(json("1"));
        assertThat(bodies("b@node-1")).containsExactly("2", "3");
        assertThat(inHand("b@node-1").from()).isEqualTo("a@node-1");
        assertThat(letter(0).agentId()).isEqualTo(AgentId.of("b@node-9"));
        assertThat(letter(0).reason()).isEqualTo("unroutable_target");
    }

    @Test
    void people_reach_them_by_both_names_too() {
        given(PER_NODE.formatted("system"));
        send("b", Message.of("work", json("1")).withId("order-1"));
        thenAmongOthers("agent_message_received(b@node-1)");
        assertThat(inHand("b@node-1").to()).isEqualTo("b@node-1");
        send("b@node-1", Message.of("work", json("1")).withId("order-1"));
        thenUnchanged(JobStatus.RUNNING);
        assertThat(explain("b")).isEqualTo(explain("b@node-1"));
        send("b@node-2", "work", "1");
        thenRefused(
                ErrorCode.AGENT_NOT_FOUND,
                "Expected to send a message to agent b@node-2 of job g-1, but the job has no such agent");
    }

    @Test
    void inputs_are_given_by_the_names_of_the_manifest() {
        submitted(
                PER_NODE.formatted("sysbatch"),
                new Job.Submission(
                        object("{'a': [{'body': 7}]}"),
                        JsonObject.empty(),
                        JsonObject.empty(),
                        List.of()));
        when(new JobCommand.Start(NODE));
        assertThat(inHand("a@node-1").body()).isEqualTo(json("7"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void they_keep_their_names_when_the_job_is_taken_up_elsewhere(boolean snapshot) {
        given(PER_NODE.formatted("sysbatch"));
        if (snapshot) {
            crashAndReadSnapshot();
        } else {
            crash();
        }
        recover();
        thenAmongOthers("agent_recovered(a@node-1)", "message_dispatched(a@node-1)");
        handle("a@node-1", with("{}").emit("work", json("1")).build());
        handle("b@node-1", with("{}").emit("done", json("1")).build());
        assertThat(payload("sysbatch_target_completed").string("node")).contains(NODE);
        thenResultOf("['c@node-1']");
    }

    @Test
    void each_node_has_a_group_of_its_own_and_a_sysbatch_waits_for_all() {
        submitted(PER_NODE.formatted("sysbatch"), Job.Submission.none(), "node-1", "node-2");
        when(new JobCommand.Start(NODE));
        handle("a@node-1", with("{}").emit("work", json("1")).build());
        var direct =
                with("{}")
                        .emitTo(AgentId.of("b"), "work", json("2"), Action.Options.none())
                        .build();
        handle("a@node-2", direct);
        assertThat(inHand("b@node-1").body()).isEqualTo(json("1"));
        assertThat(inHand("b@node-2").body()).isEqualTo(json("2"));

        handle("b@node-2", with("{}").emit("done", json("2")).build());
        thenAmongOthers("sysbatch_target_completed(c@node-2)");
        thenStatus(JobStatus.RUNNING);
        crashAndReadSnapshot();
        send("b", "work", "3");
        thenRefused(
                ErrorCode.AGENT_NOT_FOUND,
                "Expected to send a message to agent b of job g-1, but the job has no such agent");
        handle("b@node-1", with("{}").emit("done", json("1")).build());
        thenResultOf("['c@node-2', 'c@node-1']");
    }

    @Test
    void work_that_is_joined_on_a_node_is_joined_from_its_group() {
        given(
                """
                s: step_source {'dispatches': [{'to': 'l', 'message_type': 'part'}, {'to': 'r', 'message_type': 'part'}]}
                l: router
                r: router
                j: step_join {'expected_sources': ['l', 'r'], 'output_keys': {'l': 'left'}}
                c: aggregator {'complete_on_message': true, 'terminal_sink': true, 'complete_run': true}
                l -> j: part
                r -> j: part
                j -> c: *
                policies: {'job_type': 'sysbatch'}
                """);
        thenStatus(JobStatus.COMPLETED);
        assertThat(job.result.orElseThrow().toString()).contains("\"left\":").contains("\"r\":");
    }

    @Test
    void the_steps_of_a_workflow_are_done_once_whatever_its_type() {
        given(
                """
                a: executor {'output_message_type': null}
                step a: a
                policies: {'job_type': 'sysbatch'}
                """);
        complete("a", "1");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void policies_and_what_they_have_come_to_stand_in_the_record() {
        given(
                """
                x: executor {'output_message_type': null}
                policies: {'recovery_mode': 'cluster_recover', 'restart': {'attempts': 2, 'delay_ms': 100, 'mode': 'fail'}}
                """);
        assertThat(record().object("restart_policy").integer("attempts")).hasValue(2);
        assertThat(record().object("reschedule_policy").integer("attempts")).hasValue(1);
        assertThat(record().has("policy_state")).isFalse();

        grant("x");
        fail("x", 1);
        var state = record().object("policy_state").object("agents").object("x");
        assertThat(state.integer("restart_attempts")).hasValue(1);
        assertThat(state.string("next_action")).contains("restart");
        assertThat(state.string("next_eligible_at")).contains("2026-01-01T00:00:00.100Z");
        assertThat(state.string("last_reason").orElseThrow()).contains("status 1");
    }

    private JsonObject record() {
        return JobViews.record(job, JsonObject.empty());
    }
}
