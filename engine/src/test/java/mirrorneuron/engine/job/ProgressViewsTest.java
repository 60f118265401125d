package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.Test;

/** The document of a job's progress, member by member. */
class ProgressViewsTest extends JobSpec {

    private static final Set<String> STEP =
            Set.of(
                    "id",
                    "label",
                    "goal",
                    "status",
                    "current",
                    "parents",
                    "children",
                    "requires",
                    "provides",
                    "layer",
                    "done_count",
                    "running_count",
                    "idle_count",
                    "ready_count",
                    "failed_count",
                    "total_count",
                    "live",
                    "elapsed_seconds",
                    "started_at",
                    "ended_at",
                    "last_event_at",
                    "retry_at",
                    "deadline_at",
                    "heartbeat_deadline_at",
                    "attempt",
                    "attempt_id",
                    "status_reason",
                    "failure",
                    "progress_source",
                    "activity_summary",
                    "last_activity",
                    "recent_events",
                    "agents");

    private static final Set<String> AGENT =
            Set.of(
                    "id",
                    "display_name",
                    "alias",
                    "role",
                    "working_on",
                    "model",
                    "assigned_node",
                    "status",
                    "progress",
                    "progress_source",
                    "items_done",
                    "items_total",
                    "live",
                    "mailbox_depth",
                    "tokens",
                    "tokens_used",
                    "token_budget",
                    "tools",
                    "elapsed_seconds",
                    "started_at",
                    "ended_at",
                    "last_event_at",
                    "retry_at",
                    "deadline_at",
                    "heartbeat_deadline_at",
                    "attempt",
                    "attempt_id",
                    "status_reason",
                    "failure",
                    "activity_summary",
                    "last_activity",
                    "recent_events");

    private static final String TWO_STEPS =
            """
            a: executor {'output_message_type': 'next', 'beacon_enabled': true}
            b: executor {'output_message_type': null}
            a -> b: next
            step first: a {'label': 'First', 'goal': 'Find out', 'provides': ['facts']}
            step second: b {'requires': ['facts']}
            first => second {'accepts': ['done']}
            """;

    private JsonObject progress() {
        return ProgressViews.of(job, now).raw();
    }

    private JsonObject step(String id, JsonObject progress) {
        return progress.array("steps").stream()
                .map(JsonObject.class::cast)
                .filter(step -> step.string("id").orElseThrow().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private JsonObject onlyAgent(JsonObject step) {
        assertThat(step.array("agents").size()).isEqualTo(1);
        return (JsonObject) step.array("agents").get(0);
    }

    private static List<String> types(JsonArray activities) {
        return activities.stream()
                .map(one -> ((JsonObject) one).string("type").orElseThrow())
                .toList();
    }

    @Test
    void every_member_of_the_contract_is_there_and_no_other() {
        given(TWO_STEPS);
        assertThat(new TreeSet<>(progress().names()))
                .isEqualTo(
                        new TreeSet<>(
                                Set.of(
                                        "schema_version",
                                        "job_id",
                                        "workflow_id",
                                        "name",
                                        "description",
                                        "run_id",
                                        "status",
                                        "sequence",
                                        "workflow_kind",
                                        "progress_source",
                                        "percent",
                                        "trace_id",
                                        "generated_at",
                                        "submitted_at",
                                        "elapsed_seconds",
                                        "agent_count",
                                        "current_step_id",
                                        "current_step_ids",
                                        "current_step",
                                        "steps",
                                        "edges",
                                        "layers",
                                        "messages",
                                        "recent_events")));
        assertMembers(progress());

        given("x: executor\ny: router\nx -> y: *");
        assertMembers(progress());
        grant("x");
        fail("x", 1);
        assertMembers(progress());
    }

    private void assertMembers(JsonObject progress) {
        for (var step : progress.array("steps")) {
            assertThat(new TreeSet<>(((JsonObject) step).names())).isEqualTo(new TreeSet<>(STEP));
            for (var agent : ((JsonObject) step).array("agents")) {
                assertThat(new TreeSet<>(((JsonObject) agent).names()))
                        .isEqualTo(new TreeSet<>(AGENT));
            }
        }
    }

    @Test
    void a_step_shows_what_its_author_wrote_and_what_surrounds_it() {
        given(TWO_STEPS);
        var first = step("first", progress());
        assertThat(first.string("label")).contains("First");
        assertThat(first.string("goal")).contains("Find out");
        assertThat(first.array("provides")).hasToString("[\"facts\"]");
        assertThat(first.array("children")).hasToString("[\"second\"]");
        assertThat(first.integer("layer")).hasValue(0);
        var second = step("second", progress());
        assertThat(second.array("requires")).hasToString("[\"facts\"]");
        assertThat(second.array("parents")).hasToString("[\"first\"]");
        assertThat(second.integer("layer")).hasValue(1);
        assertThat(second.at("started_at").isNull()).isTrue();
        assertThat(second.at("attempt").isNull()).isTrue();
        assertThat(progress().array("edges"))
                .hasToString("[{\"from\":\"first\",\"to\":\"second\",\"event\":\"done\"}]");
        assertThat(progress().array("layers")).hasToString("[[\"first\"],[\"second\"]]");
    }

    @Test
    void what_happened_last_is_told_of_the_job_its_steps_and_its_agents() {
        given(TWO_STEPS);
        now += 1_000;
        grant("a");
        var first = step("first", progress());
        assertThat(types(first.array("recent_events")))
                .containsExactly("workflow_step_started", "executor_lease_acquired");
        assertThat(first.object("last_activity"))
                .isEqualTo(
                        object(
                                "{'timestamp': '2026-01-01T00:00:01.000Z', 'type':"
                                        + " 'executor_lease_acquired', 'category': 'agent',"
                                        + " 'step_id': 'first', 'agent_id': 'a', 'status':"
                                        + " 'running', 'message': 'Attempt 1 started', 'payload':"
                                        + " {'attempt': 1}}"));
        assertThat(first.string("activity_summary")).contains("Attempt 1 started");
        assertThat(types(progress().array("recent_events"))).startsWith("job_running");
        assertThat(types(onlyAgent(first).array("recent_events")))
                .isEqualTo(types(first.array("recent_events")));
        assertThat(progress().string("current_step_id")).contains("first");
        assertThat(progress().object("current_step")).isEqualTo(first);

        var before = progress();
        crashAndReadSnapshot();
        assertThat(progress()).isEqualTo(before);
    }

    @Test
    void recent_events_are_bounded_and_oldest_first() {
        given("x: executor {'max_attempts': 40, 'retry_backoff_ms': 1}");
        for (int i = 0; i < 30; i++) {
            grant("x");
            fail("x", 75);
            advanceToWake();
        }
        assertThat(progress().array("recent_events").size()).isEqualTo(20);
        assertThat(step("x", progress()).array("recent_events").size()).isEqualTo(8);
        assertThat(job.activities.all()).hasSizeLessThanOrEqualTo(Activities.MAX);
        var times =
                progress().array("recent_events").stream()
                        .map(one -> ((JsonObject) one).string("timestamp").orElseThrow())
                        .toList();
        assertThat(times).isSorted();
    }

    @Test
    void what_a_worker_reports_of_itself_is_its_progress() {
        given(TWO_STEPS);
        grant("a");
        now += 6_000;
        when(
                new JobCommand.WorkerBeacon(
                        AgentId.of("a"),
                        attempt("a"),
                        object(
                                "{'status': 'alive', 'message': 'reading', 'progress': 0.25,"
                                        + " 'items_done': 5, 'items_total': 20, 'tokens_used': 700,"
                                        + " 'token_budget': 1000, 'working_on': 'page 5', 'model':"
                                        + " 'small', 'tools': 2, 'other': 1}")));
        var step = step("first", progress());
        var agent = onlyAgent(step);
        assertThat(agent.at("progress")).isEqualTo(JsonNumber.of(0.25));
        assertThat(agent.string("progress_source")).contains("explicit");
        assertThat(step.string("progress_source")).contains("explicit");
        assertThat(agent.integer("items_done")).hasValue(5);
        assertThat(agent.integer("items_total")).hasValue(20);
        assertThat(agent.integer("tokens")).hasValue(700);
        assertThat(agent.integer("tokens_used")).hasValue(700);
        assertThat(agent.integer("token_budget")).hasValue(1_000);
        assertThat(agent.integer("tools")).hasValue(2);
        assertThat(agent.string("working_on")).contains("page 5");
        assertThat(agent.string("model")).contains("small");
        assertThat(agent.string("activity_summary")).contains("reading");
        assertThat(agent.string("last_event_at")).contains("2026-01-01T00:00:06.000Z");
        assertThat(progress().at("percent")).isEqualTo(JsonNumber.of(12.5));

        crashAndReadSnapshot();
        assertThat(onlyAgent(step("first", progress()))).isEqualTo(agent);
    }

    @Test
    void agents_of_a_step_are_counted_each_in_one_place() {
        given(TWO_STEPS);
        assertThat(counts(progress().object("agent_count"), "")).containsExactly(0, 1, 1, 0, 0, 2);
        grant("a");
        succeed("a", "{'complete_step': 1}");
        assertThat(counts(step("first", progress()), "_count")).containsExactly(1, 0, 0, 0, 0, 1);
    }

    private static List<Integer> counts(JsonObject from, String suffix) {
        return List.of("done", "running", "idle", "ready", "failed", "total").stream()
                .map(name -> (int) from.integer(name + suffix).orElseThrow())
                .toList();
    }

    @Test
    void a_job_of_messages_shows_its_agents_as_steps_in_layers() {
        given(
                """
                a: router
                b: executor
                c: router
                a -> b: *
                b -> c: executor_result
                c -> b: again
                """);
        var progress = progress();
        assertThat(progress.array("layers")).hasToString("[[\"a\"],[\"b\"],[\"c\"]]");
        assertThat(progress.array("edges").size()).isEqualTo(3);
        assertThat(step("b", progress).array("parents")).hasToString("[\"a\",\"c\"]");
        assertThat(step("b", progress).string("status")).contains("queued");
        grant("b");
        assertThat(step("b", progress()).string("status")).contains("running");
        assertThat(step("b", progress()).integer("attempt")).hasValue(1);
        assertThat(progress().string("progress_source")).contains("estimated");
        succeed("b", "{'complete_run': 1}");
        assertThat(progress().at("percent")).isEqualTo(JsonNumber.of(100L));
        assertThat(progress().string("progress_source")).contains("complete");
        assertThat(step("b", progress()).string("status")).contains("completed");
        assertThat(step("c", progress()).string("status")).contains("skipped");
        assertThat(progress().at("current_step").isNull()).isTrue();
        assertThat(progress().array("messages"))
                .hasToString("[\"The job has ended with a result.\"]");
        assertThat(onlyAgent(step("b", progress())).string("ended_at")).isPresent();
    }

    @Test
    void a_failure_is_there_when_there_is_one_and_else_left_out() {
        given(
                "x: executor {'max_attempts': 1}\npolicies: {'restart': {'attempts': 0, 'mode': 'fail'}}");
        assertThat(progress().has("failure")).isFalse();
        grant("x");
        fail("x", 3);
        assertThat(progress().object("failure").string("code")).isPresent();
        assertThat(step("x", progress()).object("failure").string("code"))
                .contains("runtime.agent.failed");
        assertThat(types(progress().array("recent_events"))).endsWith("dead_letter", "job_failed");
        var last = progress().array("recent_events");
        assertThat(((JsonObject) last.get(last.size() - 1)).string("category")).contains("error");
    }

    @Test
    void a_step_that_waits_for_a_person_is_blocked_for_pages() {
        given(
                """
                a: executor {'output_message_type': null}
                step a: a {'control': {'approval': {}}}
                """);
        grant("a");
        succeed("a", "{'complete_step': 1}");
        var progress = ProgressViews.of(job, now);
        assertThat(progress.steps().getFirst().status()).isEqualTo("waiting");
        assertThat(step("a", progress.raw()).string("status")).contains("blocked");
        assertThat(step("a", progress.raw()).at("status_reason"))
                .isEqualTo(new JsonString("a person has to decide"));
    }
}
