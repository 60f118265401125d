package mirrorneuron.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each kind of event adds to a run's files. */
class RunFoldTest {

    private static final JobId JOB = JobId.of("demo-1");
    private static final Instant BEGIN = Instant.parse("2026-03-28T11:00:00Z");

    private final List<RuntimeEvent> story = new ArrayList<>();

    @Test
    void a_timeline_begins_once_and_ends_once() {
        happened("job_pending", null, "{}");
        happened("job_running", null, "{'node':'local'}");
        happened("workflow_step_started", "w", "{'step_id':'build'}");
        happened("executor_lease_acquired", "w", "{'attempt_id':'build:attempt:1'}");
        happened("sandbox_job_completed", "w", "{'exit_code':0}");
        happened("workflow_step_completed", "w", "{'step_id':'build'}");
        happened("job_paused", null, "{'reason':'lunch'}");
        happened("job_resumed", null, "{}");
        happened("human_input_requested", "w", "{'step_id':'build','request_id':'g'}");
        happened("job_completed", "w", "{'result':1}");
        happened("job_running", null, "{}"); // whatever comes after the end is not of the run

        var records = all(Derived::timeline);

        assertThat(records)
                .extracting(record -> record.string("type").orElse(""))
                .containsExactly(
                        "run_started",
                        "step_started",
                        "agent_started",
                        "agent_completed",
                        "step_completed",
                        "run_paused",
                        "run_resumed",
                        "human_requested",
                        "run_completed");
        assertThat(records.get(3).integer("duration_ms")).hasValue(1_000);
        assertThat(records.get(4).integer("duration_ms")).hasValue(3_000);
        assertThat(records.getLast().integer("duration_ms")).hasValue(9_000);
        assertThat(records)
                .allSatisfy(
                        record -> {
                            assertThat(record.string("schema_version")).contains("mn.timeline.v1");
                            assertThat(record.string("span_id").orElse("")).startsWith("spn_");
                            assertThat(record.string("summary")).isPresent();
                        });
    }

    @Test
    void the_log_tells_in_words_and_leaves_traffic_out() {
        happened("job_running", null, "{'node':'local'}");
        happened("agent_message_received", "w", "{'message_id':'m'}");
        happened("message_acked", "w", "{'message_id':'m'}");
        happened("executor_retry_scheduled", "w", "{'attempt':1,'delay_ms':500,'error':'no'}");
        happened("tool_called", "w", "{'message':'looking it up'}");
        happened("agent_beacon", "w", "{'message':'half way'}");
        happened("agent_beacon", "w", "{}");
        happened("human_notice", "w", "{'message':'mind the gap','severity':'warning'}");

        assertThat(all(Derived::logs))
                .extracting(
                        line ->
                                line.string("level").orElse("")
                                        + " "
                                        + line.string("component").orElse("")
                                        + ": "
                                        + line.string("message").orElse(""))
                .containsExactly(
                        "INFO runtime: Job started on node local",
                        "WARN executor: Agent w is tried again in 500 ms after attempt 1: no",
                        "INFO agent: Tool called (w): looking it up",
                        "DEBUG agent: Agent w says: half way",
                        "WARN human: Notice: mind the gap");
    }

    @Test
    void what_a_command_printed_comes_line_by_line_before_its_end() {
        var event = happened("sandbox_job_completed", "w", "{'exit_code':0}");
        var aside = Aside.ofOutput("one\n\ntwo\r\n", "careful\n", JsonObject.empty());

        var logs = fold().add(event, aside).logs();

        assertThat(logs)
                .extracting(line -> line.string("level").orElse("") + " " + line.at("message"))
                .containsExactly(
                        "INFO \"one\"",
                        "INFO \"two\"",
                        "WARN \"careful\"",
                        "INFO \"Agent w ran its command: exit status 0\"");
        assertThat(logs.get(1).object("fields").integer("line")).hasValue(3);
        assertThat(logs.get(1).string("agent_id")).contains("w");
    }

    @Test
    void an_error_line_is_the_error_and_where_it_came_from() {
        happened(
                "sandbox_job_failed",
                "w",
                "{'attempts':1,'cause':'exit_status','exit_code':3,'error':'status 3'}");
        happened("executor_retry_scheduled", "w", "{'attempt':1}");

        var errors = all(Derived::errors);

        assertThat(errors).hasSize(1);
        var error = errors.getFirst();
        assertThat(error.string("schema_version")).contains("mn.error.v1");
        assertThat(error.object("error").string("code")).contains("executor.exit_nonzero");
        assertThat(error.object("source_event").string("type")).contains("sandbox_job_failed");
        assertThat(error.string("agent_id")).contains("w");
    }

    @Test
    void a_summary_counts_and_a_run_that_completed_has_failed_nowhere() {
        happened("job_pending", null, "{}");
        happened("job_running", null, "{}");
        happened("sandbox_job_failed", "w", "{'cause':'timed_out','error':'late'}");
        happened("executor_retry_scheduled", "w", "{}");
        happened("workflow_step_attempt_retry_scheduled", "w", "{'step_id':'s'}");
        happened("llm_usage", "w", "{'input_tokens':3,'output_tokens':4,'model':'m'}");
        var fold = fold();
        story.forEach(event -> fold.add(event, Aside.NONE));
        fold.sample(json("{'cpu_pct':80.5,'memory_rss_mb':12}"));
        fold.sample(json("{'cpu_pct':20,'memory_rss_mb':99}"));

        var running = fold.summary(BEGIN.plusSeconds(60), JsonArray.empty());
        assertThat(running.string("status")).contains("running");
        assertThat(running.at("ended_at")).isEqualTo(JsonNull.NULL);
        assertThat(running.integer("duration_ms")).hasValue(60_000);
        assertThat(running.integer("retry_count")).hasValue(2);
        assertThat(running.string("failed_agent_id")).contains("w");
        assertThat(running.object("counts").integer("events")).hasValue(6);
        assertThat(running.object("counts").integer("errors")).hasValue(1);
        assertThat(running.object("counts").integer("warnings")).hasValue(2);
        assertThat(running.object("resource_peaks").number("max_cpu_pct").orElseThrow().asDouble())
                .isEqualTo(80.5);
        assertThat(
                        running.object("resource_peaks")
                                .number("max_memory_rss_mb")
                                .orElseThrow()
                                .asDouble())
                .isEqualTo(99);
        assertThat(running.object("token_totals").integer("total_tokens")).hasValue(7);
        assertThat(running.object("token_totals").integer("calls")).hasValue(1);

        fold.add(happened("job_completed", "w", "{}"), Aside.NONE);
        var ended = fold.summary(BEGIN.plusSeconds(600), JsonArray.empty());
        assertThat(ended.string("status")).contains("completed");
        assertThat(ended.has("failed_agent_id")).isFalse();
        assertThat(ended.integer("duration_ms")).hasValue(6_000);
        assertThat(fold.ended()).isTrue();
    }

    @Test
    void a_fold_that_is_written_down_at_any_event_goes_on_as_if_it_had_not_been() {
        happened("job_pending", null, "{}");
        happened("job_running", null, "{}");
        happened("workflow_step_started", "w", "{'step_id':'build'}");
        happened("executor_lease_acquired", "w", "{}");
        happened("sandbox_job_failed", "w", "{'cause':'exit_status'}");
        happened("workflow_step_failed", "w", "{'step_id':'build'}");
        happened("job_failed", "w", "{'reason':'no'}");
        var straight = fold();
        var expected = story.stream().map(event -> straight.add(event, Aside.NONE)).toList();

        for (int stop = 0; stop <= story.size(); stop++) {
            var fold = fold();
            var derived = new ArrayList<Derived>();
            for (var event : story.subList(0, stop)) {
                derived.add(fold.add(event, Aside.NONE));
            }
            var again =
                    RunFold.of(
                            JOB,
                            "run-1",
                            "trc_1",
                            Optional.empty(),
                            json(fold.state().toString().replace('\'', '"')));
            for (var event : story.subList(stop, story.size())) {
                derived.add(again.add(event, Aside.NONE));
            }
            assertThat(derived).as("stopped after %d", stop).isEqualTo(expected);
            assertThat(again.summary(BEGIN, JsonArray.empty()))
                    .isEqualTo(straight.summary(BEGIN, JsonArray.empty()));
        }
    }

    @Test
    void people_are_asked_answered_and_told_in_one_shape() {
        happened(
                "human_input_requested",
                "w",
                "{'step_id':'s','request_id':'g1','request':{'prompt':'Ship it?','options':['a']}}");
        happened(
                "human_input_received",
                null,
                "{'step_id':'s','request_id':'g1','decision':'approve','reviewer':'ada','notes':''}");
        happened("human_input_timeout", null, "{'request_id':'g2','decision':'reject'}");
        happened("human_notice", "w", "{'title':'look'}");

        var records = all(Derived::human);

        assertThat(records.get(0).object("payload").string("prompt")).contains("Ship it?");
        assertThat(records.get(0).object("payload").string("status")).contains("pending");
        assertThat(records.get(1).string("type")).contains("human_input_received");
        assertThat(records.get(1).object("payload").bool("approved")).contains(true);
        assertThat(records.get(1).object("payload").object("response").string("reviewer"))
                .contains("ada");
        assertThat(records.get(2).string("type")).contains("human_input_timeout");
        assertThat(records.get(2).object("payload").string("default_action")).contains("reject");
        assertThat(records.get(3).object("payload").string("notice_id")).isPresent();
        assertThat(records.get(3).object("payload").string("message")).contains("look");
        assertThat(records)
                .allSatisfy(record -> assertThat(record.string("channel")).contains("human"));
    }

    @Test
    void decisions_that_agree_are_those_of_the_contract() {
        for (var yes : List.of("approve", "Approved", "accept", "accepted", "YES", " true ")) {
            assertThat(HumanRecords.approves(yes)).as(yes).isTrue();
        }
        for (var no : List.of("", "reject", "no", "approve!", "maybe")) {
            assertThat(HumanRecords.approves(no)).as(no).isFalse();
        }
    }

    @Test
    void usage_is_read_from_every_place_where_workers_put_it() {
        assertThat(Usage.of(json("{'llm':{'input_tokens':1,'output_tokens':2,'calls':3}}")))
                .isEqualTo(Usage.of(json("{'prompt_tokens':1,'completion_tokens':2,'calls':3}")))
                .isEqualTo(
                        json(
                                "{'input_tokens':1,'output_tokens':2,'total_tokens':3,'calls':3,"
                                        + "'estimated':false}"));
        assertThat(Usage.of(json("{'accuracy':0.9}")).isEmpty()).isTrue();
        assertThat(Usage.of(json("{'total_tokens':-4}")).integer("total_tokens")).hasValue(0);
    }

    @Test
    void a_line_never_exceeds_its_cap_and_hides_its_secrets_first() {
        var big = "x".repeat(200_000);
        var event =
                happened(
                        "tool_called",
                        "w",
                        "{'text':'" + big + "','token':'hunter2','deep':[{'note':'" + big + "'}]}");

        var bytes = RunFold.line(fold().add(event, Aside.NONE).event());

        assertThat(bytes.length).isLessThanOrEqualTo(64 * 1_024);
        var text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n").doesNotContain("hunter2");
        var line = (JsonObject) Json.parse(text);
        assertThat(line.string("type")).contains("tool_called");
        var cut = line.object("payload").object("text");
        assertThat(cut.bool("truncated")).contains(true);
        assertThat(cut.integer("chars")).hasValue(200_000);
        assertThat(cut.string("preview").orElse("")).hasSize(1_024);
    }

    @Test
    void a_line_that_is_large_because_it_is_wide_is_cut_as_a_whole() {
        var wide = new StringBuilder("{'a':[0");
        for (int i = 0; i < 30_000; i++) {
            wide.append(",").append(i);
        }
        var event = happened("numbers", "w", wide + "]}");

        var bytes = RunFold.line(fold().add(event, Aside.NONE).event());

        assertThat(bytes.length).isLessThanOrEqualTo(64 * 1_024);
        var line = (JsonObject) Json.parse(new String(bytes, StandardCharsets.UTF_8));
        assertThat(line.object("payload").bool("truncated")).contains(true);
    }

    @Test
    void a_log_message_that_is_cut_stays_a_text() {
        var event = happened("sandbox_job_completed", "w", "{}");
        var aside = Aside.ofOutput("é".repeat(80_000), "", JsonObject.empty());

        var bytes = RunFold.line(fold().add(event, aside).logs().getFirst());

        assertThat(bytes.length).isLessThanOrEqualTo(64 * 1_024);
        assertThat(
                        ((JsonObject) Json.parse(new String(bytes, StandardCharsets.UTF_8)))
                                .string("message")
                                .orElseThrow())
                .endsWith("…");
    }

    @Test
    void the_documents_of_a_run_say_how_it_ended() {
        happened("job_pending", null, "{}");
        happened("job_running", null, "{}");
        happened("job_completed", "w", "{}");
        var fold = fold();
        story.forEach(event -> fold.add(event, Aside.NONE));
        var record =
                JobRecord.fromJson(
                        json("{'job_id':'demo-1','graph_id':'demo','status':'completed'}"));

        var result = fold.documents().result(record, json("{'n':1,'output_files':['a.txt']}"));
        assertThat(result.names())
                .contains("run_id", "job_id", "status", "started_at", "completed_at", "result");
        assertThat(result.object("result").integer("n")).hasValue(1);
        assertThat(result.array("output_files").size()).isEqualTo(1);
        assertThat(result.has("failure")).isFalse();
        assertThat(fold.documents().result(record, JsonNull.NULL).object("result").isEmpty())
                .isTrue();
        assertThat(fold.documents().run(record).string("ended_at"))
                .contains("2026-03-28T11:00:02.000Z");
        assertThat(artifact("{}", "{'n':1}").object("content").integer("n")).hasValue(1);
    }

    private JsonObject artifact(String resultFile, String output) {
        return fold().documents().finalArtifact(json(resultFile), json(output));
    }

    @Test
    void the_final_artifact_is_what_workers_call_so() {
        var answer = json("{'recommended_action':'buy'}");
        var printed =
                json("{'sandbox':{'stdout':'done'}}")
                        .with(
                                "sandbox",
                                JsonObject.of(
                                        "stdout",
                                        new JsonString(
                                                "working\n{\"final_artifact\":"
                                                        + answer
                                                        + "}\nbye\n")));
        var documents = fold().documents();
        assertThat(documents.finalArtifact(JsonObject.of("final_artifact", answer), printed))
                .isEqualTo(answer);
        assertThat(documents.finalArtifact(JsonObject.empty(), printed)).isEqualTo(answer);
        assertThat(
                        documents.finalArtifact(
                                JsonObject.empty(), JsonObject.of("last_message", printed)))
                .isEqualTo(answer);
        assertThat(
                        documents.finalArtifact(
                                JsonObject.empty(), JsonObject.of("final_artifact", answer)))
                .isEqualTo(answer);
        assertThat(artifact("{'final_artifact':'text'}", "{'n':1}").string("type"))
                .as("only an object is one")
                .contains("run_result");
    }

    @Test
    void the_course_of_the_run_stands_around_the_events_of_its_job() {
        happened("job_submitted", null, "{}");
        happened("job_running", null, "{}");
        happened("job_completed", null, "{}");
        var lines = all(Derived::events);
        assertThat(lines.stream().map(line -> line.at("seq") + " " + line.string("type").get()))
                .containsExactly(
                        "0 run_started",
                        "0 inputs_loaded",
                        "1 job_submitted",
                        "2 job_running",
                        "3 job_completed",
                        "0 run_completed");
        assertThat(lines.stream().map(line -> line.at("event_id"))).doesNotHaveDuplicates();
    }

    @Test
    void each_line_names_the_blueprint_that_was_declared() {
        happened("job_running", null, "{}");
        happened("human_notice", "w", "{'title':'look'}");
        var fold = RunFold.begin(JOB, "run-1", "trc_1", Optional.of("tea"));
        for (var event : story) {
            var derived = fold.add(event, Aside.NONE);
            for (var lines :
                    List.of(
                            derived.events(),
                            derived.logs(),
                            derived.timeline(),
                            derived.human())) {
                assertThat(lines)
                        .allSatisfy(
                                line -> assertThat(line.string("blueprint_id")).contains("tea"));
            }
        }
        assertThat(all(Derived::events)).noneMatch(line -> line.has("blueprint_id"));
    }

    @Test
    void a_run_waits_for_a_person_as_long_as_a_gate_is_open() {
        var fold = fold();
        fold.add(happened("job_running", null, "{}"), Aside.NONE);
        fold.add(
                happened(
                        "human_input_requested",
                        "w",
                        "{'step_id':'s','request_id':'mine','prompt':'May I?'}"),
                Aside.NONE);
        assertThat(fold.status()).as("of a command, which has ended").isEqualTo("running");
        fold.add(
                happened(
                        "human_input_requested",
                        "w",
                        "{'step_id':'s','request_id':'s:gate:1','attempt_id':'s:attempt:1'}"),
                Aside.NONE);
        assertThat(fold.status()).isEqualTo("waiting_for_human");
        var again = RunFold.of(JOB, "run-1", "trc_1", Optional.empty(), fold.state());
        assertThat(again.status()).isEqualTo("waiting_for_human");
        again.add(happened("job_paused", null, "{}"), Aside.NONE);
        assertThat(again.status()).isEqualTo("paused");
        again.add(happened("job_resumed", null, "{}"), Aside.NONE);
        assertThat(again.status()).isEqualTo("waiting_for_human");
        again.add(happened("human_decision_applied", null, "{'step_id':'s'}"), Aside.NONE);
        assertThat(again.status()).isEqualTo("running");
    }

    private RuntimeEvent happened(String type, @Nullable String agent, String payload) {
        var event =
                RuntimeEvent.of(
                        JOB,
                        story.size() + 1,
                        BEGIN.plusSeconds(story.size()),
                        type,
                        Optional.ofNullable(agent).map(AgentId::of),
                        json(payload),
                        true);
        story.add(event);
        return event;
    }

    private static RunFold fold() {
        return RunFold.begin(JOB, "run-1", "trc_1", Optional.empty());
    }

    private List<JsonObject> all(java.util.function.Function<Derived, List<JsonObject>> part) {
        var fold = fold();
        return story.stream()
                .flatMap(event -> part.apply(fold.add(event, Aside.NONE)).stream())
                .toList();
    }

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"'));
    }
}
