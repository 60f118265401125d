package mirrorneuron.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.job.AgentProgress.Place;
import org.junit.jupiter.api.Test;

/** How far one agent is, at each turn of its life. */
class AgentProgressTest extends JobSpec {

    private JsonObject of(String agent) {
        return AgentProgress.document(job, agent(agent), new ActivityViews(job), now);
    }

    private Place place(String agent) {
        return AgentProgress.place(job, agent(agent));
    }

    @Test
    void before_it_has_done_anything() {
        givenQuiet("m: module");
        var idle = of("m");
        assertThat(idle.at("progress")).isEqualTo(JsonNumber.of(0));
        assertThat(idle.string("progress_source")).contains("estimated");
        assertThat(idle.integer("items_done")).hasValue(0);
        assertThat(idle.integer("items_total")).hasValue(0);
        assertThat(idle.string("activity_summary")).contains("Nothing yet");
        assertThat(idle.string("working_on")).contains("");
        assertThat(idle.string("model")).contains("runtime");
        for (var name :
                new String[] {
                    "started_at",
                    "ended_at",
                    "retry_at",
                    "deadline_at",
                    "heartbeat_deadline_at",
                    "attempt",
                    "attempt_id",
                    "status_reason",
                    "failure"
                }) {
            assertThat(idle.at(name).isNull()).as(name).isTrue();
        }
        assertThat(place("m")).isEqualTo(Place.IDLE);
    }

    @Test
    void what_it_has_handled_and_what_waits_is_its_progress() {
        given("m: module");
        send("m", "x", "1");
        send("m", "x", "2");
        handle("m", with("{}").build());
        var busy = of("m");
        assertThat(busy.integer("items_done")).hasValue(1);
        assertThat(busy.integer("items_total")).as("one in hand, one waiting").hasValue(3);
        assertThat(busy.at("progress")).isEqualTo(JsonNumber.of(1 / 3.0));
        assertThat(busy.string("progress_source")).contains("estimated");
        assertThat(busy.bool("live")).contains(true);
        assertThat(busy.integer("mailbox_depth")).hasValue(1);
        assertThat(busy.string("working_on")).contains("x");
        assertThat(busy.string("attempt_id")).contains(attempt("m"));
        assertThat(busy.integer("attempt")).hasValue(1);
        assertThat(place("m")).isEqualTo(Place.RUNNING);
    }

    @Test
    void the_time_it_took_stops_with_its_last_message() {
        given("m: module");
        now += 2_500;
        assertThat(of("m").at("elapsed_seconds")).isEqualTo(JsonNumber.of(2.5));
        handle("m", with("{}").build());
        now += 60_000;
        var done = of("m");
        assertThat(done.at("elapsed_seconds")).isEqualTo(JsonNumber.of(2.5));
        assertThat(done.string("started_at")).contains("2026-01-01T00:00:00.000Z");
        assertThat(done.string("ended_at")).contains("2026-01-01T00:00:02.500Z");
        assertThat(done.at("progress")).isEqualTo(JsonNumber.of(1));
        assertThat(done.string("progress_source")).contains("complete");
        assertThat(place("m")).isEqualTo(Place.DONE);
    }

    @Test
    void a_router_is_done_when_the_job_is() {
        given("a: router\nr: router\nm: module\na -> m: *");
        assertThat(place("a")).isEqualTo(Place.READY);
        assertThat(of("a").string("progress_source")).contains("estimated");
        assertThat(of("a").string("activity_summary")).contains("Handled 1 message");
        send("a", "x", "1");
        assertThat(of("a").string("activity_summary")).contains("Handled 2 messages");
        handle("m", with("{}").completeRun(json("2")).build());
        assertThat(place("a")).isEqualTo(Place.DONE);
        assertThat(of("a").string("progress_source")).contains("complete");
        assertThat(place("r")).as("never had a message").isEqualTo(Place.READY);
        assertThat(of("r").string("progress_source")).contains("estimated");
        assertThat(of("r").at("progress")).isEqualTo(JsonNumber.of(0));
    }

    @Test
    void when_it_starts_again_or_tries_again() {
        given("x: executor {'max_attempts': 2, 'retry_backoff_ms': 700}");
        grant("x");
        fail("x", 1);
        assertThat(of("x").string("retry_at")).contains("2026-01-01T00:00:00.700Z");
        assertThat(of("x").string("status_reason")).contains("command exited with status 1");
        assertThat(place("x")).isEqualTo(Place.RUNNING);
        advanceToWake();
        assertThat(of("x").at("retry_at").isNull()).as("it waits for slots").isTrue();
        grant("x");
        fail("x", 1);
        assertThat(of("x").string("retry_at")).contains("2026-01-01T00:00:01.700Z");
    }

    @Test
    void what_it_says_of_itself_counts_while_it_works() {
        given("x: executor");
        grant("x");
        when(
                new JobCommand.WorkerBeacon(
                        AgentId.of("x"),
                        attempt("x"),
                        object("{'message': 'half way', 'progress': 0.5, 'tokens': 12}")));
        var said = of("x");
        assertThat(said.at("progress")).isEqualTo(JsonNumber.of(0.5));
        assertThat(said.string("progress_source")).contains("explicit");
        assertThat(said.string("activity_summary")).contains("half way");
        assertThat(said.integer("tokens")).hasValue(12);
        assertThat(said.integer("tokens_used")).hasValue(12);
        succeed("x", "");
        assertThat(of("x").at("progress")).isEqualTo(JsonNumber.of(1));
        assertThat(of("x").string("activity_summary").orElseThrow()).isNotEqualTo("half way");
    }

    @Test
    void an_agent_is_where_its_step_is() {
        given(
                """
                a: executor {'output_message_type': null, 'beacon_enabled': true}
                b: executor {'output_message_type': null}
                c: executor {'output_message_type': null}
                step first: a {'control': {'timeout_seconds': 60}}
                step second: b
                step third: c
                first => second
                first => third
                control: {'liveness': {'timeout_ms': 7000}}
                """);
        grant("a");
        assertThat(of("a").string("deadline_at")).contains("2026-01-01T00:01:00.000Z");
        assertThat(of("a").string("heartbeat_deadline_at"))
                .as("the limit and the time that its end may take")
                .contains("2026-01-01T00:00:09.333Z");
        succeed(
                "a",
                "{'events': [{'type': 'workflow_step_branch', 'payload': {'branch': 'third'}}], 'complete_step': 1}");
        assertThat(place("a")).isEqualTo(Place.DONE);
        assertThat(of("a").at("deadline_at").isNull()).isTrue();
        assertThat(of("a").at("heartbeat_deadline_at").isNull()).isTrue();
        assertThat(of("a").string("progress_source")).contains("complete");
        assertThat(place("b")).as("of a skipped step").isEqualTo(Place.IDLE);
        assertThat(of("b").string("progress_source")).contains("estimated");
        grant("c");
        fail("c", 1);
        assertThat(place("c")).as("of a failed step").isEqualTo(Place.FAILED);
        assertThat(of("c").string("progress_source")).contains("estimated");
    }

    @Test
    void an_agent_that_failed_says_what_is_wrong() {
        given("x: executor {'failure_message_type': 'f'}");
        grant("x");
        fail("x", 1);
        assertThat(place("x")).isEqualTo(Place.FAILED);
        var failure = of("x").object("failure");
        assertThat(failure.string("code")).contains("runtime.agent.failed");
        assertThat(failure.string("desc")).contains("Agent x could not handle its last message");
    }
}
