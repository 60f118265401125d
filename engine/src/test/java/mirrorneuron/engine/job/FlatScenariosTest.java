package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Message;
import mirrorneuron.engine.worker.LeaseDesk;
import org.junit.jupiter.api.Test;

/**
 * The conformance scenarios that concern flat jobs, by their numbers. Scenario 22, a stale epoch,
 * is the store's.
 *
 * @see "runtime contract, section 20"
 */
class FlatScenariosTest extends JobSpec {

    @Test
    void scenario_01_a_router_without_inputs_gets_one_init_and_the_job_stays_running() {
        submitted("r: router");
        thenStatus(JobStatus.PENDING);
        when(new JobCommand.Start(NODE));
        then(
                "job_scheduled",
                "job_running",
                "agent_message_received(r)",
                "agent_started(r)",
                "message_unrouted(r)",
                "message_acked(r)");
        assertThat(payload("agent_message_received").string("type")).contains("init");
        advance(3_600_000);
        thenNothing();
        thenStatus(JobStatus.RUNNING);
    }

    @Test
    void scenario_02_an_empty_list_of_inputs_gives_an_entrypoint_nothing() {
        given("a: module\nb: module\nentrypoints: a, b\ninputs: {'a': []}");
        then(
                "job_scheduled",
                "job_running",
                "agent_message_received(b)",
                "agent_started(b)",
                "message_dispatched(b)");
        assertThat(agent("a").processed + agent("a").depth()).isZero();
    }

    @Test
    void scenario_03_without_a_default_output_only_the_structured_messages_leave() {
        given(
                """
                x: executor {'output_message_type': null}
                b: module
                x -> b: *
                """);
        grant("x");
        succeed("x", "{'emit_messages': [{'type': 'mine', 'body': 1}]}");
        assertThat(payloads("route_selected")).hasSize(1);
        assertThat(inHand("b").type()).isEqualTo("mine");
        assertThat(agent("b").depth()).isZero();
    }

    @Test
    void scenario_04_a_log_line_before_json_makes_it_plain_text() {
        given("x: executor\nb: module\nx -> b: *");
        grant("x");
        succeed("x", "starting up\n{'emit_messages': [{'type': 'mine', 'body': 1}]}");
        assertThat(inHand("b").type()).isEqualTo("executor_result");
        assertThat(agent("b").depth()).isZero();
    }

    @Test
    void scenario_05_a_first_match_edge_makes_a_broadcast_edge_before_it_win_alone() {
        givenQuiet(
                """
                a: router
                b: module
                c: module
                a -> b: x {'conditions': {'expr': '${payload.n} == 1'}}
                a -> c: x {'routing_mode': 'first_match'}
                """);
        send("a", "x", "{'n': 1}");
        assertThat(payloads("route_selected")).hasSize(1);
        assertThat(payload("route_selected").string("to")).contains("b");
    }

    @Test
    void scenario_06_the_same_id_twice_is_one_delivery_or_a_conflict() {
        given("a: module");
        send("a", Message.of("x", json("1")).withId("m-1"));
        send("a", Message.of("x", json("1")).withId("m-1"));
        thenUnchanged(JobStatus.RUNNING);
        assertThat(agent("a").depth()).isEqualTo(1);
        send("a", Message.of("x", json("2")).withId("m-1"));
        assertThat(refusal().code()).isEqualTo(ErrorCode.MESSAGE_ID_CONFLICT);
    }

    @Test
    void scenario_07_three_bodies_complete_an_aggregate_though_one_worker_made_two() {
        given(
                """
                x: executor
                y: executor
                c: aggregator {'complete_after': 3}
                x -> c: executor_result
                y -> c: executor_result
                entrypoints: x, y
                inputs: {'x': [{}, {}], 'y': [{}]}
                """);
        grant("x");
        succeed("x", "1");
        grant("x");
        succeed("x", "2");
        thenStatus(JobStatus.RUNNING);
        grant("y");
        succeed("y", "3");
        thenStatus(JobStatus.COMPLETED);
    }

    @Test
    void scenario_14_a_pause_of_a_minute_in_a_command_of_half_a_minute_costs_no_attempt() {
        given("x: executor {'timeout_seconds': 30, 'max_attempts': 1}");
        grant("x");
        advance(20_000);
        pauseNow();
        stop("x");
        thenStatus(JobStatus.PAUSED);
        advance(60_000);
        resume();
        grant("x");
        // A new run with the whole of its time before it, and still the first attempt.
        var start = effect(Effect.StartWorker.class);
        assertThat(start.attempt()).isEqualTo(1);
        assertThat(start.attemptId()).isEqualTo("x-a2");
        succeed("x", "done");
        assertThat(agent("x").processed).isEqualTo(1);
        assertThat(letterCount()).isZero();
    }

    @Test
    void scenario_15_a_kill_in_the_middle_of_a_command_is_reviewed_or_redone_exactly_once() {
        given("x: executor\nb: module\nx -> b: *");
        grant("x");
        crash();
        recover();
        thenStatus(JobStatus.PAUSED);
        assertThat(explain().cause()).isEqualTo("paused_for_review");

        given("x: executor {'idempotent': true}\nb: module\nx -> b: *");
        grant("x");
        crash();
        recover();
        grant("x");
        succeed("x", "done");
        assertThat(agent("x").processed).isEqualTo(1);
        assertThat(agent("b").depth()).isZero();
        assertThat(inHand("b").type()).isEqualTo("executor_result");
    }

    @Test
    void scenario_16_a_kill_between_the_commit_of_outputs_and_their_delivery_doubles_nothing() {
        given("a: module\nb: module\na -> b: x");
        handle("a", with("{'n': 1}").emit("x", json("1")).emit("x", json("2")).build());
        crash();
        recover();
        assertThat(inHand("b").body()).isEqualTo(json("1"));
        handle("b", with("{}").build());
        crashAndReadSnapshot();
        recover();
        assertThat(inHand("b").body()).isEqualTo(json("2"));
        handle("b", with("{}").build());
        assertThat(agent("a").processed).isEqualTo(1);
        assertThat(agent("b").processed).isEqualTo(2);
        assertThat(agent("b").quiet()).isTrue();
    }

    @Test
    void scenario_17_the_third_failure_in_a_minute_is_deferred_or_ends_the_job() {
        for (var mode : List.of("delay", "fail")) {
            givenQuiet(
                    "x: executor\npolicies: {'restart': {'attempts': 2, 'interval_ms': 60000, 'delay_ms': 10, 'mode': '%s'}}"
                            .formatted(mode));
            now = T0;
            for (int i = 1; i <= 3; i++) {
                send("x", "go", "{}");
                grant("x");
                if (i > 1) {
                    advance(1_000);
                }
                fail("x", 1);
                if (i < 3) {
                    advanceToWake();
                }
            }
            if (mode.equals("delay")) {
                thenAmongOthers("agent_restart_deferred(x)");
                assertThat(job.nextWake()).hasValue(job.startedAt + 60_000);
                thenStatus(JobStatus.RUNNING);
            } else {
                thenAmongOthers("job_failed");
            }
        }
    }

    @Test
    void scenario_18_a_pool_serves_one_job_strictly_in_order() {
        var desk = new LeaseDesk(Map.of("default", 2));
        var job = JobId.of("g-1");
        var wishes = new LinkedHashMap<String, Integer>();
        wishes.put("first", 2);
        wishes.put("second", 2);
        wishes.put("third", 1);
        wishes.forEach(
                (id, slots) ->
                        desk.request(
                                new LeaseDesk.Request(id, job, "default", slots, 30_000, 100), 0));
        assertThat(desk.isWaiting("first")).isFalse();
        assertThat(desk.release("first", 5)).containsExactly(new LeaseDesk.Granted("second", 5));
        assertThat(desk.isWaiting("third")).isTrue();
        assertThat(desk.release("second", 9)).containsExactly(new LeaseDesk.Granted("third", 9));
    }

    @Test
    void scenario_19_a_queue_of_75_downstream_refuses_input_until_25() {
        givenQuiet(
                """
                a: router
                b: module
                a -> b: x
                """);
        send("a", "x", "0");
        for (int i = 1; i <= 75; i++) {
            send("a", "x", Integer.toString(i));
        }
        assertThat(agent("b").depth()).isEqualTo(75);
        send("a", "x", "76");
        thenRefusedAndTold(
                ErrorCode.BACKPRESSURE,
                "Expected to send a message to agent a, but agent b has 75 messages waiting",
                "external_input_rejected(b)");
        assertThat(refusal().retryAfter().toMillis()).isEqualTo(250);
        while (agent("b").depth() > 26) {
            handle("b", with("{}").build());
        }
        send("a", "x", "76");
        assertThat(refusal().code()).isEqualTo(ErrorCode.BACKPRESSURE);
        handle("b", with("{}").build());
        assertThat(agent("b").depth()).isEqualTo(25);
        send("a", "x", "76");
        thenAmongOthers("agent_message_received(a)", "agent_message_received(b)");
    }

    @Test
    void scenario_23_a_cancel_withdraws_the_lease_request_and_nothing_starts() {
        given("x: executor");
        var attempt = attempt("x");
        cancel();
        then("job_cancelling", "job_cancelled");
        thenEffects(Effect.WithdrawLease.class, Effect.JobEnded.class);
        when(new JobCommand.LeaseGranted(AgentId.of("x"), attempt, "lease", 0));
        thenEffects(Effect.ReleaseLease.class);
        assertThat(facts().stream().map(EventCodec.Recorded::event))
                .noneMatch(JobEvent.AttemptStarted.class::isInstance);
    }
}
