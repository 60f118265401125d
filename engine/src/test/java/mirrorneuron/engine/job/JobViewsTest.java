package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import mirrorneuron.api.AgentSnapshot;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.NodeName;
import mirrorneuron.api.agent.AgentResult;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.run.EventLine;
import mirrorneuron.engine.worker.WorkerOutcome;
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
        assertThat(record.string("last_event")).contains("job_completed");
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
            assertThat(shown.string("trace_id")).contains(job.traceId());
            var details = shown.object("details");
            assertThat(details.string("category")).contains("runtime");
            assertThat(details.bool("retryable")).contains(false);
            assertThat(details.string("reason_type")).contains("exit_status");
            assertThat(details.integer("exit_code")).hasValue(3);
            shown.forEach(
                    (name, value) -> assertThat(value.toString()).as(name).isNotIn("null", "\"\""));
        }
    }

    @Test
    void an_agent_shows_how_full_its_mailbox_is() {
        givenQuiet(
                "x: executor {'backpressure': {'max_queue_depth': 4, 'high_watermark': 2, 'low_watermark': 1}}");
        assertThat(view("x").raw().object("backpressure"))
                .isEqualTo(
                        object(
                                "{'queue_depth': 0, 'backpressure': 'normal', 'max_queue_depth': 4,"
                                        + " 'high_watermark': 2, 'low_watermark': 1,"
                                        + " 'retry_after_ms': 250}"));
        for (int n = 0; n < 3; n++) {
            send("x", "go", "{'n': " + n + "}");
        }
        assertThat(view("x").raw().object("backpressure").integer("queue_depth")).hasValue(2);
        assertThat(view("x").raw().object("backpressure").string("backpressure"))
                .contains("pressured");
    }

    @Test
    void a_command_that_failed_shows_where_it_ran() {
        given(
                "x: executor {'pool': 'gpu'}\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        grant("x");
        fail("x", 3);
        crashAndReadSnapshot();
        assertThat(view("x").sandboxName()).contains("host-local-1");
        assertThat(view("x").lease().orElseThrow().leaseId()).contains("lease-x-a1");
        assertThat(JobViews.summary(job).sandboxNames()).containsExactly("host-local-1");
        var sandbox = JobViews.sandboxes(job).getFirst();
        assertThat(sandbox.exitCode()).hasValue(3);
        assertThat(sandbox.pool()).contains("gpu");
    }

    @Test
    void a_command_that_never_ended_by_itself_has_no_exit_code() {
        given("x: executor\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        grant("x");
        finish("x", failure(WorkerOutcome.Cause.TIMED_OUT, OptionalInt.empty(), "too long"));
        assertThat(JobViews.sandboxes(job).getFirst().exitCode()).isEmpty();
        var details = view("x").raw().object("failure").object("details");
        assertThat(details.string("category")).contains("timeout");
        assertThat(details.has("exit_code")).isFalse();
    }

    @Test
    void the_end_of_a_job_concerns_no_agent_and_its_payload_names_who_decided_it() {
        given("x: executor");
        grant("x");
        succeed("x", "{'complete_run': 1}");
        var completed = line();
        assertThat(completed.string("type")).contains("job_completed");
        assertThat(completed.has("agent_id")).isFalse();
        assertThat(completed.object("payload").string("agent_id")).contains("x");

        given("x: executor\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        grant("x");
        fail("x", 3);
        var failed = line();
        assertThat(failed.string("type")).contains("job_failed");
        assertThat(failed.has("agent_id")).isFalse();
        assertThat(failed.object("payload").string("agent_id")).contains("x");
        assertThat(JobViews.summary(job).lastEvent()).contains("job_failed");
    }

    /** The last event as every edge shows it. */
    private JsonObject line() {
        var fact = facts().getLast();
        var event = EventViews.render(job.id(), fact.event(), fact.sequence()).getLast();
        return EventLine.of(event, job.id(), job.runId(), job.traceId());
    }

    @Test
    void a_failure_of_the_job_is_the_same_wherever_it_is_told() {
        given("x: executor\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        grant("x");
        fail("x", 3);
        var line = line();
        var failure = line.object("failure");
        assertThat(failure.string("event_id")).isEqualTo(line.string("event_id"));
        assertThat(line.object("payload").object("failure")).isEqualTo(failure);
        assertThat(JobViews.record(job, object("{}")).object("failure")).isEqualTo(failure);
        assertThat(JobViews.summary(job).raw().object("failure")).isEqualTo(failure);
        assertThat(document().object("failure")).isEqualTo(failure);
        assertThat(ProgressViews.of(job, 0).raw().object("failure")).isEqualTo(failure);
    }

    @Test
    void a_record_of_an_older_release_shows_its_failure_as_a_new_one_does() {
        var old =
                JobRecord.fromJson(
                        object(
                                "{'job_id': 'g-1', 'status': 'failed', 'failure': {'code': 'c',"
                                        + " 'desc': 'step b failed: status 4\\nbad',"
                                        + " 'severity': 'error', 'event_id': '', 'links': []}}"));
        var failure = old.toJson().object("failure");
        assertThat(failure.string("severity")).contains("ERROR");
        assertThat(failure.string("desc")).contains("Step b failed: status 4");
        assertThat(failure.has("event_id")).isFalse();
        assertThat(failure.array("links").size()).isEqualTo(3);
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
                        "backpressure",
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

    @Test
    void a_state_is_whole_up_to_32_KiB_of_text() {
        given("m: module");
        var frame = "{\"text\":\"\"}".length();
        handle("m", with("{'text': '%s'}".formatted("x".repeat(32 * 1_024 - frame))).build());
        assertThat(snapshot("m").currentState().names()).containsExactly("text");
        send("m", "x", "1");
        handle("m", with("{'text': '%s'}".formatted("x".repeat(32 * 1_024 - frame + 1))).build());
        assertThat(snapshot("m").currentState().integer("chars")).hasValue(32 * 1_024 + 1);
    }

    @Test
    void what_an_aggregator_has_collected_is_shown_however_many_they_are() {
        given("a: module\nc: aggregator {'complete_after': 100}\na -> c: *");
        var many = with("{}");
        for (int i = 0; i < 20; i++) {
            many.emit("x", json(Integer.toString(i)));
        }
        handle("a", many.build());
        var state = snapshot("c").currentState();
        assertThat(state.integer("count")).hasValue(20);
        assertThat(state.array("messages").size()).isEqualTo(20);
        assertThat(state.integer("late_messages")).hasValue(0);
    }

    @Test
    void the_stored_form_of_an_agent_says_what_it_holds_and_who_it_is() {
        submitted(
                """
                z: module {'backpressure': {'max_queue_depth': 4, 'high_watermark': 1}}
                a: router
                a -> z: *
                entrypoints: a, z
                """);
        assertThat(snapshot("z").raw().at("assigned_node").isNull()).isTrue();
        when(new JobCommand.Start(NODE));
        send("z", "x", "1");
        send("z", "x", "2");

        assertThat(JobViews.snapshots(job))
                .extracting(snapshot -> snapshot.agentId().value())
                .containsExactly("a", "z");
        var raw = snapshot("z").raw();
        assertThat(raw.string("node_id")).contains("z");
        assertThat(raw.string("assigned_node")).contains(NODE);
        assertThat(raw.string("parent_job_id")).contains(job.id().value());
        assertThat(raw.integer("mailbox_depth")).hasValue(agent("z").depth());
        assertThat(raw.object("metadata").integer("pending_message_count"))
                .as("those in the mailbox and the one in hand")
                .hasValue(agent("z").depth() + 1);
        assertThat(raw.object("metadata").string("backpressure")).contains("pressured");
        assertThat(raw.object("metadata").bool("paused")).contains(false);
        assertThat(snapshot("a").raw().object("metadata"))
                .isEqualTo(
                        object(
                                "{'paused': false, 'outbound_edges': ['z'], 'backpressure': 'normal', 'pending_message_count': 0}"));
        pauseNow();
        handle("z", with("{}").build());
        thenStatus(JobStatus.PAUSED);
        assertThat(snapshot("z").raw().object("metadata").bool("paused")).contains(true);
    }

    @Test
    void an_agent_without_a_sandbox_is_in_no_list_of_sandboxes() {
        given("x: executor\ny: executor\nm: module\nentrypoints: x, y, m");
        assertThat(JobViews.sandboxes(job)).isEmpty();
        assertThat(JobViews.record(job, object("{}")).array("sandbox_names").size()).isZero();
        grant("x");
        assertThat(JobViews.record(job, object("{}")).integer("active_executors")).hasValue(1);
        handle("m", with("{}").build());
        assertThat(JobViews.record(job, object("{}")).integer("active_executors")).hasValue(1);
        finish("x", new WorkerOutcome.Succeeded("", "", "", Optional.empty(), Optional.empty()));
        assertThat(view("x").sandboxName()).isEmpty();
        assertThat(view("x").raw().at("sandbox_name").isNull()).isTrue();
        assertThat(JobViews.sandboxes(job)).isEmpty();
        assertThat(JobViews.record(job, object("{}")).array("sandbox_names").size()).isZero();
        assertThat(JobViews.record(job, object("{}")).integer("active_executors")).hasValue(0);
        grant("y");
        succeed("y", "");
        var sandbox = JobViews.sandboxes(job).getFirst();
        assertThat(sandbox.raw())
                .isEqualTo(
                        object(
                                "{'agent_id': 'y', 'sandbox_name': 'host-local-1', 'exit_code': 0, 'pool': 'default', 'timestamp': '2026-01-01T00:00:00.000Z'}"));
        assertThat(JobViews.summary(job).sandboxNames()).containsExactly("host-local-1");
        assertThat(JobViews.summary(job).nodes()).extracting(NodeName::value).containsExactly(NODE);
    }

    @Test
    void a_job_was_submitted_once_and_updated_with_every_fact() {
        submitted("m: module");
        now += 5;
        when(new JobCommand.Start(NODE));
        assertThat(JobViews.submittedAt(job)).isEqualTo(Instant.ofEpochMilli(T0));
        assertThat(JobViews.updatedAt(job)).isEqualTo(Instant.ofEpochMilli(T0 + 5));
    }

    @Test
    void the_document_of_a_record_goes_on_with_all_that_the_record_says() {
        submitted(
                "x: executor",
                new Job.Submission(
                        object("{}"),
                        object("{}"),
                        object("{'owner': 'ada', 'api_key': 's3cret'}"),
                        List.of("a warning")));
        var document = document();
        assertThat(document.object("metadata").string("owner")).contains("ada");
        assertThat(document.toString()).doesNotContain("s3cret");
        assertThat(document.array("warnings").toString()).isEqualTo("[\"a warning\"]");
        assertThat(document.integer("dead_letters")).hasValue(0);
        assertThat(document.integer("paused_ms_total")).hasValue(0);
        assertThat(document.names()).doesNotContain("paused_at", "policy_state");
    }

    @Test
    void a_recovery_is_told_in_the_document_too() {
        given("x: executor");
        grant("x");
        recover();
        var document = document();
        assertThat(document.bool("recovery_requires_review")).contains(true);
        assertThat(document.object("recovery").string("status")).contains("paused_for_review");
        assertThat(document.object("recovery").bool("requires_review")).contains(true);
        assertThat(document.object("recovery").string("reason"))
                .isPresent()
                .isEqualTo(document.string("reason"));
    }

    @Test
    void a_result_that_is_no_object_is_shown_as_the_output() {
        given("x: executor");
        var stored = JobViews.record(job, object("{}"));
        var five = JobRecord.fromJson(stored.with("result", json("5")));
        assertThat(JobViews.document(five).object("result")).isEqualTo(object("{'output': 5}"));
        var whole = JobRecord.fromJson(stored.with("result", json("{'n': 5}")));
        assertThat(JobViews.document(whole).object("result")).isEqualTo(object("{'n': 5}"));
    }

    @Test
    void a_job_that_goes_on_after_a_failure_shows_none() {
        given("x: executor\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        grant("x");
        fail("x", 3);
        var failed = JobViews.record(job, object("{}"));
        assertThat(JobViews.document(JobRecord.fromJson(failed)).has("failure")).isTrue();
        var goesOn = JobRecord.fromJson(failed.with("status", json("'running'")));
        assertThat(JobViews.document(goesOn).has("failure")).isFalse();
        assertThat(JobViews.summary(goesOn, true).raw().has("failure")).isFalse();
    }

    @Test
    void an_older_record_says_its_type_in_another_place() {
        given("x: executor");
        var stored = JobViews.record(job, object("{}")).without("job_type");
        assertThat(typeOf(stored.with("type", json("'service'")))).isEqualTo("service");
        assertThat(typeOf(stored.without("type"))).isEqualTo("batch");
        assertThat(typeOf(stored.with("job_type", json("'service'")))).isEqualTo("service");
    }

    private static String typeOf(JsonObject record) {
        return JobViews.document(JobRecord.fromJson(record)).string("job_type").orElseThrow();
    }

    private AgentSnapshot snapshot(String agent) {
        return JobViews.snapshots(job).stream()
                .filter(snapshot -> snapshot.agentId().value().equals(agent))
                .findFirst()
                .orElseThrow();
    }
}
