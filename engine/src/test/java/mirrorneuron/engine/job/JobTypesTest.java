package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What the end of a run means for each type of job, on one node. */
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
        assertThat(payload("system_target_completed").string("node")).contains(NODE);
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void a_sysbatch_job_is_over_when_every_target_is() {
        given(sink("sysbatch"));
        thenAmongOthers("sysbatch_target_completed(c)", "job_completed(c)");
        var result = (JsonObject) job.result.orElseThrow();
        assertThat(result.at("completed_agents")).isEqualTo(json("['c']"));
        assertThat(result.at("completed_targets")).isEqualTo(json("['c@node-1']"));
        assertThat(result.object("target_results").object("c@node-1").integer("count")).hasValue(1);
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
