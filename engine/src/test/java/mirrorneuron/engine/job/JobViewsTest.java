package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What others see of a job. */
class JobViewsTest extends JobSpec {

    private AgentStatus status(String agent) {
        return JobViews.status(job, agent(agent));
    }

    private AgentView view(String agent) {
        return JobViews.agents(job).stream()
                .filter(view -> view.agentId().value().equals(agent))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_executor_is_idle_queued_running_error_and_completed() {
        givenQuiet("x: executor {'max_attempts': 2, 'failure_message_type': 'f'}");
        assertThat(status("x")).isEqualTo(AgentStatus.IDLE);
        send("x", "go", "1");
        assertThat(status("x")).isEqualTo(AgentStatus.QUEUED);
        grant("x");
        assertThat(status("x")).isEqualTo(AgentStatus.RUNNING);
        assertThat(view("x").running()).isTrue();
        fail("x", 1);
        assertThat(status("x")).as("waiting for its retry").isEqualTo(AgentStatus.QUEUED);
        advanceToWake();
        grant("x");
        fail("x", 1);
        assertThat(status("x")).isEqualTo(AgentStatus.ERROR);
        assertThat(view("x").lastError()).contains("command exited with status 1");
        send("x", "go", "2");
        grant("x");
        succeed("x", "");
        assertThat(status("x")).isEqualTo(AgentStatus.COMPLETED);
        assertThat(view("x").lastError()).isEmpty();
    }

    @Test
    void an_agent_that_starts_again_later_is_restarting() {
        given("x: executor");
        grant("x");
        fail("x", 1);
        assertThat(status("x")).isEqualTo(AgentStatus.RESTARTING);
    }

    @Test
    void a_builtin_agent_is_ready_or_busy() {
        given("f: module\nr: router\nf -> r: x");
        assertThat(status("r")).isEqualTo(AgentStatus.READY);
        pauseDraining();
        assertThat(status("r")).isEqualTo(AgentStatus.PAUSED);
        handle("f", with("{}").emit("x", json("1")).build());
        assertThat(agent("r").depth()).isEqualTo(1);
        assertThat(status("r")).isEqualTo(AgentStatus.PAUSED);
        when(new JobCommand.Fail("runtime.failure", "The disk is full", ""));
        assertThat(status("r")).as("a message was left").isEqualTo(AgentStatus.BUSY);
    }

    @Test
    void an_agent_whose_messages_wait_for_room_is_queued() {
        given(
                """
                f: module
                r: router
                q: module {'backpressure': {'max_queue_depth': 1}}
                f -> r: x
                r -> q: x
                """);
        handle(
                "f",
                with("{}").emit("x", json("1")).emit("x", json("2")).emit("x", json("3")).build());
        assertThat(agent("r").held).isEqualTo(1);
        assertThat(status("r")).isEqualTo(AgentStatus.QUEUED);
        assertThat(view("q").raw().integer("waiting_messages")).hasValue(1);
    }

    @Test
    void a_module_shows_its_rejections() {
        given("m: module");
        assertThat(status("m")).isEqualTo(AgentStatus.RUNNING);
        handle("m", new AgentResult.Reject("no"));
        assertThat(status("m")).isEqualTo(AgentStatus.ERROR);
        send("m", "x", "1");
        assertThat(status("m")).isEqualTo(AgentStatus.RUNNING);
        handle("m", with("{}").build());
        assertThat(status("m")).isEqualTo(AgentStatus.COMPLETED);
    }

    @Test
    void the_lease_is_the_one_held_and_afterwards_the_last_one() {
        given("x: executor {'pool': 'gpu', 'pool_slots': 2}");
        assertThat(view("x").lease()).isEmpty();
        grant("x");
        assertThat(view("x").lease().orElseThrow().leaseId()).contains("lease-x-a1");
        assertThat(view("x").lease().orElseThrow().slots()).hasValue(2);
        succeed("x", "");
        crashAndReadSnapshot();
        assertThat(view("x").lease().orElseThrow().pool()).contains("gpu");
        assertThat(view("x").sandboxName()).contains("host-local-1");
    }

    @Test
    void agents_are_listed_by_id_with_what_they_did() {
        given("b: router\na: module\nb -> a: *");
        assertThat(JobViews.agents(job))
                .extracting(view -> view.agentId().value())
                .containsExactly("a", "b");
        assertThat(view("b").processedMessages()).isEqualTo(1);
        assertThat(view("b").raw().string("assigned_node")).contains(NODE);
        assertThat(view("b").raw().string("type")).contains("generic");
        send("a", "x", "1");
        assertThat(view("a").mailboxDepth()).isEqualTo(1);
    }

    @Test
    void the_record_follows_the_job() {
        submitted("x: executor\ny: executor\nentrypoints: x");
        var record = JobViews.record(job, object("{'manifest_path': 'p'}"));
        assertThat(record.string("status")).contains("pending");
        assertThat(record.string("last_event")).contains("job_validated");
        assertThat(record.integer("executor_count")).hasValue(2);
        assertThat(record.object("manifest_ref")).isEqualTo(object("{'manifest_path': 'p'}"));
        when(new JobCommand.Start(NODE));
        grant("x");
        record = JobViews.record(job, object("{}"));
        assertThat(record.integer("active_executors")).hasValue(1);
        assertThat(record.array("nodes").toString()).isEqualTo("[\"node-1\"]");
        assertThat(record.string("last_event")).contains("executor_lease_acquired(x)");
        assertThat(record.integer("rev")).hasValue(job.sequence());
        succeed("x", "{'complete_run': 5}");
        record = JobViews.record(job, object("{}"));
        assertThat(record.string("status")).contains("completed");
        assertThat(record.object("result")).isEqualTo(object("{'agent_id': 'x', 'output': 5}"));
        assertThat(record.string("last_event")).contains("job_completed(x)");
        assertThat(record.array("sandbox_names").toString()).isEqualTo("[\"host-local-1\"]");
        assertThat(JobViews.summary(job).live()).isFalse();
        assertThat(JobViews.sandboxes(job)).hasSize(1);
        assertThat(JobViews.sandboxes(job).getFirst().exitCode()).hasValue(0);
    }

    @Test
    void the_line_of_a_list_has_what_the_contract_names() {
        given("x: executor");
        assertThat(JobViews.summary(job).raw().names())
                .containsExactly(
                        "job_id",
                        "graph_id",
                        "job_name",
                        "status",
                        "submitted_at",
                        "updated_at",
                        "run_id",
                        "trace_id",
                        "type",
                        "job_type",
                        "placement_policy",
                        "recovery_policy",
                        "executor_count",
                        "active_executors",
                        "nodes",
                        "sandbox_names",
                        "last_event",
                        "live",
                        "live?",
                        "recovery_status");
        assertThat(JobViews.summary(job).raw().string("type")).contains("batch");
        assertThat(JobViews.summary(job).raw().bool("live")).contains(true);
    }

    @Test
    void a_line_tells_of_a_recovery_and_a_failure_only_when_there_is_one() {
        given("x: executor\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        grant("x");
        recover();
        var paused = JobViews.summary(job).raw();
        assertThat(paused.string("recovery_status")).contains("paused_for_review");
        assertThat(paused.bool("recovery_requires_review")).contains(true);
        assertThat(paused.object("recovery").string("status")).contains("paused_for_review");
        assertThat(paused.has("failure")).isFalse();
        resume();
        grant("x");
        fail("x", 3);
        var failed = JobViews.summary(job).raw();
        assertThat(failed.has("recovery")).isFalse();
        assertThat(failed.has("recovery_requires_review")).isFalse();
        assertThat(failed.object("failure").string("code")).isPresent();
    }

    @Test
    void a_failure_is_shown_with_links_and_without_what_it_does_not_know() {
        given("x: executor\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        grant("x");
        fail("x", 3);
        for (var shown :
                List.of(
                        JobViews.summary(job).raw().object("failure"),
                        document().object("failure"),
                        view("x").raw().object("failure"),
                        ProgressViews.of(job, 0).raw().object("failure"))) {
            assertThat(shown.string("severity")).contains("ERROR");
            assertThat(shown.array("links").size()).isEqualTo(3);
            assertThat(shown.names()).doesNotContain("event_id");
            shown.forEach(
                    (name, value) -> assertThat(value.toString()).as(name).isNotIn("null", "\"\""));
        }
    }

    @Test
    void the_document_of_a_record_leaves_out_what_does_not_apply() {
        submitted("x: executor\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        var pending = document();
        assertThat(pending.object("result")).isEqualTo(object("{}"));
        assertThat(pending.has("result")).isTrue();
        assertThat(pending.at("started_at").isNull()).isTrue();
        assertThat(pending.at("finished_at").isNull()).isTrue();
        assertThat(pending.names())
                .doesNotContain("failure", "reason", "status_reason", "recovery", "paused_at");
        assertThat(pending.string("type")).isEqualTo(pending.string("job_type"));
        when(new JobCommand.Start(NODE));
        assertThat(document().string("started_at")).contains("2026-01-01T00:00:00.000Z");
        grant("x");
        advance(2_000);
        fail("x", 3);
        var failed = document();
        assertThat(failed.string("finished_at")).contains("2026-01-01T00:00:02.000Z");
        assertThat(failed.string("reason")).isEqualTo(failed.object("failure").string("desc"));
        assertThat(failed.string("status_reason")).isEqualTo(failed.string("reason"));
    }

    private JsonObject document() {
        return JobViews.document(JobRecord.fromJson(JobViews.record(job, object("{}"))));
    }

    @Test
    void a_job_that_is_being_cancelled_still_runs_for_pages() {
        given("x: executor");
        grant("x");
        cancel();
        assertThat(JobViews.summary(job).status()).isEqualTo(JobStatus.CANCELLING);
        assertThat(JobViews.summary(job).raw().string("status")).contains("running");
        assertThat(document().string("status")).contains("running");
    }

    @Test
    void the_document_of_an_agent_has_what_the_contract_names() {
        submitted("x: executor\nr: router\nx -> r: executor_result");
        var before = view("x").raw();
        assertThat(before.names())
                .containsExactly(
                        "agent_id",
                        "agent_type",
                        "declared_agent_type",
                        "type",
                        "assigned_node",
                        "status",
                        "running",
                        "running?",
                        "paused",
                        "paused?",
                        "live",
                        "live?",
                        "processed_messages",
                        "mailbox_depth",
                        "waiting_messages",
                        "last_error",
                        "sandbox_name",
                        "lease",
                        "last_heartbeat_at",
                        "failure",
                        "metadata");
        assertThat(before.string("assigned_node")).contains("unassigned");
        assertThat(before.string("status")).contains("ready");
        assertThat(before.object("lease"))
                .isEqualTo(object("{'lease_id': null, 'pool': null, 'slots': null}"));
        assertThat(before.object("metadata"))
                .isEqualTo(object("{'paused': false, 'outbound_edges': ['r']}"));
        when(new JobCommand.Start(NODE));
        grant("x");
        fail("x", 1);
        assertThat(view("x").status()).isEqualTo(AgentStatus.RESTARTING);
        assertThat(view("x").raw().string("status")).contains("queued");
        assertThat(view("x").raw().string("last_heartbeat_at"))
                .contains("2026-01-01T00:00:00.000Z");
    }

    @Test
    void secrets_in_an_agents_state_are_not_shown() {
        given("m: module");
        handle("m", with("{'api_key': 's3cret', 'n': 1}").build());
        var state = JobViews.snapshots(job).getFirst().currentState();
        assertThat(state.toString()).doesNotContain("s3cret").contains("\"n\":1");
    }

    @Test
    void a_large_state_is_shown_by_its_beginning() {
        given("m: module");
        handle("m", with("{'text': '%s'}".formatted("x".repeat(40_000))).build());
        var state = JobViews.snapshots(job).getFirst().currentState();
        assertThat(state.bool("truncated")).contains(true);
        assertThat(state.string("preview").orElseThrow()).hasSize(1_024);
    }
}
