package mirrorneuron.server.job;

import static mirrorneuron.server.Served.objects;
import static mirrorneuron.server.Served.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Message;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs, as a client with a socket sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsOverHttpTest {

    private static final String HELLO = "echo hello; echo oops >&2\n";

    private Served mn;

    @BeforeAll
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
    }

    @AfterAll
    void stop() {
        mn.close();
    }

    private String finished() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", HELLO));
        mn.awaitStatus(job, "completed");
        return job;
    }

    private String running() throws IOException {
        var job = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        return job;
    }

    // Submitting

    @Test
    void the_empty_workflow_of_the_guide_is_pending_and_completes_with_no_output()
            throws IOException {
        var answer =
                mn.post(
                        "/jobs",
                        "{\"manifest_json\": \"{\\\"apiVersion\\\":\\\"mn.workflow/v1\\\",\\\"kind\\\":\\\"Workflow\\\","
                                + "\\\"workflow\\\":{\\\"workflow_id\\\":\\\"demo\\\",\\\"nodes\\\":[]}}\"}");
        assertThat(answer.status()).isEqualTo(201);
        var body = answer.json();
        assertThat(body.string("status")).contains("pending");
        assertThat(body.string("id")).isEqualTo(body.string("job_id"));
        assertThat(body.string("id").orElseThrow()).startsWith("demo-");
        assertThat(body.string("run_id")).isPresent();
        assertThat(answer.headers())
                .containsEntry("location", "/api/v1/jobs/" + body.string("id").orElseThrow());
        var id = body.string("id").orElseThrow();
        mn.awaitStatus(id, "completed");
        assertThat(mn.get("/jobs/" + id + "?include=full").json().object("job").at("result"))
                .isEqualTo(Json.parse("{\"agent_id\":null,\"output\":null}"));
        var run = body.string("run_id").orElseThrow();
        assertThat(mn.get("/runs/" + run + "/result").json().at("result"))
                .isEqualTo(JsonObject.empty());
    }

    @Test
    void a_bare_manifest_is_accepted_and_a_protocol_version_beside_it_is_none_of_it()
            throws IOException {
        var answer =
                mn.post(
                        "/jobs",
                        Served.idle()
                                .with("version", mirrorneuron.api.json.JsonNumber.of(1))
                                .toString());
        assertThat(answer.status()).isEqualTo(201);
        var id = answer.json().string("id").orElseThrow();
        assertThat(id).startsWith("simple-");
        assertThat(mn.post("/jobs/" + id + "/cancel", "").json().string("status"))
                .contains("cancelled");
    }

    @Test
    void a_manifest_may_be_text_or_an_object_under_either_name() throws IOException {
        var object = Served.idle();
        for (var body :
                List.of(
                        JsonObject.of("manifest_json", new JsonString(object.toString())),
                        JsonObject.of("manifest_json", object),
                        JsonObject.of("manifest", object))) {
            assertThat(mn.post("/jobs", body.toString()).status()).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                     | 400 empty_payload",
                "{\"force\":true}                       | 400 empty_payload",
                "{\"manifest_json\":\"{\"}              | 400 invalid_json",
                "{\"manifest_json\":\"[1]\"}            | 400 invalid_manifest",
                "{\"manifest_json\":7}                  | 400 invalid_manifest",
                "{\"manifest\":{\"nodes\":[]}}          | 400 invalid_manifest",
                "{\"nodes\":[]}                         | 400 invalid_manifest",
                "{\"graph_id\":7,\"nodes\":[]}          | 400 invalid_manifest",
                "{\"graph_id\":\"g\",\"nodes\":[1]}     | 400 invalid_manifest",
                "{\"bundle_path\":\"/etc\"}             | 400 unknown_bundle",
                "{\"_bundle_path\":\"uploads/nothing\"} | 400 unknown_bundle",
                "{\"bundle_path\":7}                    | 422 validation_failed",
                "{\"manifest\":{},\"payloads\":[]}      | 422 validation_failed",
                "{\"manifest\":{},\"force\":\"yes\"}    | 422 validation_failed",
                "{\"manifest\":{},\"run_id\":7}         | 422 validation_failed",
            })
    void what_cannot_be_submitted_is_refused_with_its_reason(String body, String expected)
            throws IOException {
        var answer = mn.post("/jobs", body);
        assertThat(refusal(answer)).as(answer.text()).isEqualTo(expected);
        assertThat(answer.json().string("error").orElse("")).isNotBlank();
    }

    @Test
    void every_problem_of_a_manifest_is_listed_with_its_place() throws IOException {
        var answer =
                mn.post(
                        "/jobs",
                        """
                        {"graph_id":"g","entrypoints":["nobody"],
                         "nodes":[{"node_id":"a","agent_type":"router"},
                                  {"node_id":"a","agent_type":"wizard"}],
                         "edges":[{"from_node":"a","to_node":"b"}]}
                        """);
        assertThat(refusal(answer)).isEqualTo("400 invalid_manifest");
        var errors = objects(answer.json(), "errors");
        assertThat(errors).hasSizeGreaterThanOrEqualTo(3);
        assertThat(errors)
                .allSatisfy(
                        error -> {
                            assertThat(error.string("code")).isPresent();
                            assertThat(error.string("message")).isPresent();
                            assertThat(error.object("location").string("path")).isPresent();
                        });
        var validation = answer.json().object("validation");
        assertThat(validation.bool("ok")).contains(false);
        assertThat(validation.integer("error_count").orElse(0)).isEqualTo(errors.size());
        assertThat(validation.array("errors").stream()).allMatch(JsonString.class::isInstance);
    }

    @Test
    void what_the_machine_lacks_is_named_and_can_be_forced() throws IOException {
        var answer = mn.post("/jobs", Served.greedy().toString());
        assertThat(refusal(answer)).isEqualTo("412 requirements_not_met");
        var issue = objects(answer.json(), "errors").getFirst();
        assertThat(issue.string("code").orElse("")).startsWith("requirements.gpu");
        assertThat(issue.object("location").string("source")).contains("requirements");
        var forced =
                mn.post(
                        "/jobs",
                        JsonObject.builder()
                                .put("manifest", Served.greedy())
                                .put("force", true)
                                .build()
                                .toString());
        assertThat(forced.status()).isEqualTo(201);
        mn.post("/jobs/" + forced.json().string("id").orElseThrow() + "/cancel", "");
    }

    @Test
    void what_the_manifest_does_not_allow_is_listed() throws IOException {
        var answer = mn.post("/jobs", Served.choosy().toString());
        assertThat(refusal(answer)).isEqualTo("422 input_validation_failed");
        assertThat(answer.json().object("validation").bool("ok")).contains(false);
        assertThat(objects(answer.json(), "errors")).hasSize(1);
        var forced =
                mn.post(
                        "/jobs",
                        JsonObject.builder()
                                .put("manifest", Served.choosy())
                                .put("force", true)
                                .build()
                                .toString());
        assertThat(forced.status()).as(forced.text()).isEqualTo(201);
        mn.post("/jobs/" + forced.json().string("id").orElseThrow() + "/cancel", "");
    }

    @Test
    void a_payload_that_would_leave_its_folder_is_refused() throws IOException {
        var answer =
                mn.post(
                        "/jobs",
                        JsonObject.builder()
                                .put("manifest", Served.smallest())
                                .put("payloads", JsonObject.of("../work.sh", new JsonString("x")))
                                .build()
                                .toString());
        assertThat(refusal(answer)).isEqualTo("400 unsafe_path");
        assertThat(answer.text()).contains("../work.sh");
    }

    @Test
    void a_run_id_names_the_run_and_is_used_once() throws IOException {
        var body =
                JsonObject.builder()
                        .put("manifest", Served.idle())
                        .put("run_id", "my-run")
                        .put("job_name", "My job")
                        .build()
                        .toString();
        var first = mn.post("/jobs", body);
        assertThat(first.json().string("run_id")).contains("my-run");
        var again = mn.post("/jobs", body);
        assertThat(refusal(again)).isEqualTo("409 run_exists");
        var job = first.json().string("job_id").orElseThrow();
        assertThat(mn.get("/jobs/" + job).json().object("job").string("job_name"))
                .contains("My job");
    }

    @Test
    void an_idempotency_key_gives_the_first_answer_again() throws IOException {
        var body = Served.idle().toString();
        var first = mn.post("/jobs", body, "Idempotency-Key: k1");
        var again = mn.post("/jobs", body, "Idempotency-Key: k1");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(first.headers()).doesNotContainKey("idempotency-replayed");
        assertThat(again.headers()).containsEntry("idempotency-replayed", "true");
        var other = mn.post("/jobs", Served.smallest().toString(), "Idempotency-Key: k1");
        assertThat(other.status()).isIn(400, 409);
        var changed =
                mn.post(
                        "/jobs",
                        Served.idle().with("graph_id", new JsonString("other")).toString(),
                        "Idempotency-Key: k1");
        assertThat(refusal(changed)).isEqualTo("409 conflict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"job_name\":\"other\"", "\"force\":true", "\"run_id\":\"other\""})
    void an_idempotency_key_is_for_one_envelope(String changed) throws IOException {
        var key = "Idempotency-Key: envelope " + changed.hashCode();
        var manifest = "{\"manifest\":" + Served.idle() + ",";
        var body = manifest + "\"job_name\":\"one\",\"force\":false}";
        var first = mn.post("/jobs", body, key);
        assertThat(first.status()).isEqualTo(201);
        assertThat(mn.post("/jobs", body, key).headers())
                .containsEntry("idempotency-replayed", "true");
        var rest = changed.startsWith("\"job_name") ? "}" : ",\"job_name\":\"one\"}";
        assertThat(refusal(mn.post("/jobs", manifest + changed + rest, key)))
                .isEqualTo("409 conflict");
    }

    // Lists

    @Test
    void a_list_is_newest_first_with_a_total_and_pages() throws IOException {
        var older = finished();
        var newer = finished();
        var all = mn.get("/jobs").json();
        var ids = ids(all);
        assertThat(ids.indexOf(newer)).isLessThan(ids.indexOf(older));
        assertThat(all.integer("total")).hasValue(ids.size());
        var page = mn.get("/jobs?limit=1&offset=1").json();
        assertThat(ids(page)).isEqualTo(ids.subList(1, 2));
        assertThat(page.integer("total")).hasValue(ids.size());
        assertThat(ids(mn.get("/jobs?limit=0").json())).isEqualTo(ids);
        assertThat(ids(mn.get("/jobs?include_terminal=FALSE").json())).doesNotContain(older, newer);
        assertThat(ids(mn.get("/jobs?status=completed,failed").json())).contains(older, newer);
        assertThat(ids(mn.get("/jobs?status=paused").json())).isEmpty();
    }

    private static List<String> ids(JsonObject list) {
        return objects(list, "data").stream()
                .map(job -> job.string("job_id").orElseThrow())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=-1",
                "limit=ten",
                "limit=1.5",
                "limit=99999999999",
                "offset=-1",
                "include_terminal=maybe",
                "status=happy"
            })
    void a_query_that_means_nothing_is_refused(String query) throws IOException {
        assertThat(refusal(mn.get("/jobs?" + query))).isEqualTo("400 invalid_query");
    }

    @Test
    void a_summary_has_every_member_of_the_right_type() throws IOException {
        var job = finished();
        var summary =
                objects(mn.get("/jobs").json(), "data").stream()
                        .filter(one -> one.string("job_id").orElse("").equals(job))
                        .findFirst()
                        .orElseThrow();
        assertThat(summary.string("graph_id")).contains("smallest");
        assertThat(summary.string("status")).contains("completed");
        assertThat(summary.string("run_id")).isPresent();
        assertThat(summary.string("submitted_at").orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(summary.string("placement_policy")).contains("local");
        assertThat(summary.string("recovery_policy")).contains("local_restart");
        assertThat(summary.integer("executor_count")).hasValue(1);
        assertThat(summary.integer("active_executors")).hasValue(0);
        assertThat(summary.string("last_event")).contains("job_completed");
        assertThat(summary.bool("live?")).contains(false);
        assertThat(summary.has("failure")).isFalse();
        assertThat(summary.has("recovery")).isFalse();
    }

    // Details

    @Test
    void details_come_in_three_forms_with_the_same_members() throws IOException {
        var job = finished();
        for (var form : List.of("compact", "summary", "full")) {
            var details = mn.get("/jobs/" + job + "?include=" + form).json();
            assertThat(details.names())
                    .contains(
                            "job",
                            "summary",
                            "agents",
                            "recent_events",
                            "sandboxes",
                            "trace_id",
                            "failure",
                            "mode");
            assertThat(details.string("mode")).contains(form);
            assertThat(details.object("summary").string("mode")).contains(form);
            assertThat(details.at("failure").isNull()).isTrue();
            assertThat(objects(details, "agents")).hasSize(3);
        }
        var full = mn.get("/jobs/" + job + "?include=full").json();
        assertThat(full.object("job").object("result").string("agent_id")).contains("collector");
        var topology = full.object("job").object("topology");
        assertThat(objects(topology, "nodes")).hasSize(3);
        assertThat(objects(topology, "edges"))
                .extracting(edge -> edge.string("source").orElse(""))
                .containsExactly("dispatcher", "worker");
        assertThat(refusal(mn.get("/jobs/" + job + "?include=all"))).isEqualTo("400 invalid_query");
    }

    @Test
    void recent_events_are_oldest_first_and_as_many_as_asked_for() throws IOException {
        var job = finished();
        var events = objects(mn.get("/jobs/" + job + "?event_limit=3").json(), "recent_events");
        assertThat(events).hasSize(3);
        assertThat(events.getLast().string("type")).contains("job_completed");
        assertThat(objects(mn.get("/jobs/" + job + "?event_limit=0").json(), "recent_events"))
                .isEmpty();
        assertThat(refusal(mn.get("/jobs/" + job + "?event_limit=1001")))
                .isEqualTo("400 invalid_query");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, ''",
        "POST, /cancel",
        "POST, /pause",
        "POST, /resume",
        "GET, /events",
        "GET, /workflow-progress",
        "GET, /workflow-progress/stream",
        "GET, /graph",
        "GET, /agent-graph",
        "GET, /explain",
        "GET, /dead-letters",
        "POST, /dead-letters/0/replay"
    })
    void an_unknown_job_is_named(String method, String path) throws IOException {
        for (var id : List.of("nobody-1", "a%2Fb", "..%2f..", "%00", "x".repeat(300))) {
            var answer = mn.call(method, "/jobs/" + id + path, "");
            assertThat(refusal(answer)).as(id).isEqualTo("404 job_not_found");
            assertThat(answer.json().string("error").orElse("")).contains("was not found");
        }
        assertThat(mn.call(method, "/jobs/nobody-1" + path, "").text()).contains("nobody-1");
    }

    @Test
    void a_command_is_told_where_the_server_answers_over_grpc() throws IOException {
        var job =
                mn.submit(
                        Served.smallest(),
                        Map.of(
                                "work.sh",
                                "printf %s \"$MN_GRPC_TARGET\" >\"$MN_RUN_DIR/target\"\n"));
        mn.awaitStatus(job, "completed");
        assertThat(mn.get("/runs/" + job + "/artifacts/target").text())
                .isEqualTo(mn.server().endpoint().grpc().orElseThrow());
    }

    @Test
    void a_failed_job_tells_why() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", "echo broken >&2; exit 3\n"));
        mn.awaitStatus(job, "failed");
        var details = mn.get("/jobs/" + job).json();
        var failure = details.object("failure");
        assertThat(failure.string("schema_version")).contains("mn.error.v1");
        assertThat(failure.object("details").string("agent_id")).contains("worker");
        assertThat(failure.string("desc").orElse("")).isNotBlank();
        var events = objects(mn.get("/jobs/" + job + "/events").json(), "data");
        assertThat(events)
                .anySatisfy(
                        event -> {
                            assertThat(event.string("type")).contains("sandbox_job_failed");
                            assertThat(event.string("agent_id")).contains("worker");
                        });
        var letters = objects(mn.get("/jobs/" + job + "/dead-letters").json(), "data");
        assertThat(letters).hasSize(1);
        assertThat(letters.getFirst().integer("index")).hasValue(0);
        int place = (int) letters.getFirst().integer("event_index").orElseThrow();
        assertThat(events.get(place).string("type")).contains("dead_letter");
        assertThat(letters.getFirst().integer("seq"))
                .isEqualTo(events.get(place).integer("seq"))
                .hasValue(place + 1);
        assertThat(letters.getFirst().string("agent_id")).contains("worker");
        assertThat(letters.getFirst().string("reason").orElse("")).isNotBlank();
        assertThat(letters.getFirst().bool("replayed")).contains(false);
        assertThat(letters.getFirst().object("message").isEmpty()).isFalse();
    }

    // Controls

    @Test
    void a_cancel_tells_its_reason_with_the_event() throws IOException {
        assertThat(whyCancelled("{\"reason\":\"withdrawn\"}")).isEqualTo("withdrawn");
        for (var none : List.of("", "{}", "{", "{\"reason\":7}", "{\"reason\":\" \"}")) {
            assertThat(whyCancelled(none)).as(none).isEqualTo("cancelled by operator");
        }
    }

    private String whyCancelled(String body) throws IOException {
        var job = running();
        assertThat(mn.post("/jobs/" + job + "/cancel", body).status()).isEqualTo(200);
        return objects(mn.get("/jobs/" + job + "/events?type=job_cancelled").json(), "data")
                .getFirst()
                .object("payload")
                .string("reason")
                .orElseThrow();
    }

    @Test
    void a_job_is_paused_resumed_and_cancelled_and_repeats_change_nothing() throws IOException {
        var job = running();
        for (int i = 0; i < 2; i++) {
            assertThat(
                            mn.post("/jobs/" + job + "/pause", "{\"reason\":\"lunch\"}")
                                    .json()
                                    .string("status"))
                    .contains("paused");
        }
        assertThat(mn.status(job)).isEqualTo("paused");
        for (int i = 0; i < 2; i++) {
            assertThat(mn.post("/jobs/" + job + "/resume", "").json().string("status"))
                    .contains("running");
        }
        for (int i = 0; i < 2; i++) {
            var answer = mn.post("/jobs/" + job + "/cancel", "not json");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().string("status")).contains("cancelled");
            assertThat(answer.json().string("job_id")).contains(job);
        }
        for (var verb : List.of("pause", "resume")) {
            assertThat(refusal(mn.post("/jobs/" + job + "/" + verb, "")))
                    .isEqualTo("409 job_terminal");
        }
        var types =
                objects(mn.get("/jobs/" + job + "/events").json(), "data").stream()
                        .map(event -> event.string("type").orElse(""))
                        .toList();
        assertThat(types).contains("job_paused", "job_resumed", "job_cancelled");
    }

    @Test
    void a_pause_does_not_wait_until_a_long_command_has_ended() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", "sleep 600\n"));
        mn.awaitStatus(job, "running");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> mn.get("/jobs/" + job + "/events").text().contains("lease_acquired"));
        long began = System.nanoTime();
        assertThat(mn.post("/jobs/" + job + "/pause", "").json().string("status"))
                .contains("pausing");
        // Clients give up after ten seconds, and commands may have thirty.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        assertThat(mn.post("/jobs/" + job + "/pause", "").json().string("status"))
                .contains("pausing");
        mn.post("/jobs/" + job + "/cancel", "");
    }

    @Test
    void a_job_that_has_nothing_left_to_do_was_resumed_all_the_same() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", "sleep 1\n"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> mn.get("/jobs/" + job + "/events").text().contains("lease_acquired"));
        assertThat(mn.post("/jobs/" + job + "/pause", "").json().string("status"))
                .contains("paused");
        assertThat(mn.post("/jobs/" + job + "/resume", "").json().string("status"))
                .contains("running");
        mn.awaitStatus(job, "completed");
    }

    @Test
    void a_finished_job_cannot_be_controlled() throws IOException {
        var job = finished();
        for (var verb : List.of("cancel", "pause", "resume")) {
            assertThat(refusal(mn.post("/jobs/" + job + "/" + verb, "")))
                    .isEqualTo("409 job_terminal");
        }
    }

    @Test
    void a_cancel_stops_the_command_that_runs() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", "sleep 600\n"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> mn.get("/jobs/" + job + "/events").text().contains("lease_acquired"));
        assertThat(mn.post("/jobs/" + job + "/cancel", "").json().string("status"))
                .contains("cancelled");
        assertThat(mn.status(job)).isEqualTo("cancelled");
    }

    @Test
    void all_jobs_are_planned_to_be_cancelled_then_cancelled_then_cleaned_up(@TempDir Path home)
            throws IOException {
        try (var own = Served.at(home)) {
            var none = own.post("/jobs:cancel-all", "").json();
            assertThat(none.string("status")).contains("no_active_jobs");
            var one = own.submit(Served.idle(), Map.of());
            var two = own.submit(Served.idle(), Map.of());
            for (var odd : List.of("/jobs:cancel-all?dry_run=x", "/jobs/cleanup?all=yes")) {
                assertThat(refusal(own.post(odd, ""))).isEqualTo("400 invalid_query");
            }
            var plan = own.post("/jobs:cancel-all?dry_run=true", "").json();
            assertThat(plan.string("status")).contains("planned");
            assertThat(plan.integer("active_count")).hasValue(2);
            assertThat(plan.integer("cancelled_count")).hasValue(0);
            var done = own.post("/jobs:cancel-all", "{\"version\":1}").json();
            assertThat(done.string("status")).contains("cancelled");
            assertThat(done.integer("cancelled_count")).hasValue(2);
            var three = own.submit(Served.idle(), Map.of());
            var cleaned = own.post("/jobs/cleanup", "").json();
            assertThat(cleaned.integer("deleted_count")).hasValue(2);
            assertThat(cleaned.integer("cleared_count")).hasValue(2);
            assertThat(cleaned.array("deleted_jobs").stream())
                    .containsExactlyInAnyOrder(new JsonString(one), new JsonString(two));
            assertThat(refusal(own.get("/jobs/" + one))).isEqualTo("404 job_not_found");
            assertThat(own.call("DELETE", "/jobs?all=true", "").json().integer("deleted_count"))
                    .hasValue(1);
            assertThat(own.get("/jobs").json().integer("total")).hasValue(0);
            assertThat(refusal(own.get("/jobs/" + three))).isEqualTo("404 job_not_found");
            assertThat(own.post("/jobs:cleanup", "").json().integer("deleted_count")).hasValue(0);
        }
    }

    // Events, progress, graph, explanations

    @Test
    void events_are_numbered_without_gaps_and_hold_no_null_where_clients_fall_over()
            throws IOException {
        var job = finished();
        var answer = mn.get("/jobs/" + job + "/events").json();
        assertThat(answer.string("job_id")).contains(job);
        var events = objects(answer, "data");
        for (int i = 0; i < events.size(); i++) {
            var event = events.get(i);
            assertThat(event.integer("seq")).hasValue(i + 1);
            assertThat(event.string("ts")).isEqualTo(event.string("timestamp")).isPresent();
            assertThat(event.string("event_id")).isPresent();
            assertThat(event.string("job_id")).contains(job);
            assertThat(event.string("run_id")).isPresent();
            assertThat(event.at("payload")).isInstanceOf(JsonObject.class);
            event.forEach((name, value) -> assertThat(value.isNull()).as(name).isFalse());
        }
        assertThat(events.stream().map(event -> event.string("type").orElse("")))
                .contains(
                        "job_pending",
                        "job_running",
                        "agent_started",
                        "agent_message_received",
                        "executor_lease_acquired",
                        "executor_lease_released",
                        "sandbox_job_completed",
                        "aggregator_received",
                        "job_completed");
        var last = objects(mn.get("/jobs/" + job + "/events?limit=2").json(), "data");
        assertThat(last).isEqualTo(events.subList(events.size() - 2, events.size()));
        var after = objects(mn.get("/jobs/" + job + "/events?after=5").json(), "data");
        assertThat(after).isEqualTo(events.subList(5, events.size()));
        var one = objects(mn.get("/jobs/" + job + "/events?type=job_running").json(), "data");
        assertThat(one).hasSize(1);
        for (var query : List.of("limit=0", "limit=5001", "after=x", "include=all")) {
            assertThat(refusal(mn.get("/jobs/" + job + "/events?" + query)))
                    .as(query)
                    .isEqualTo("400 invalid_query");
        }
    }

    @Test
    void progress_of_a_finished_job_is_whole() throws IOException {
        var progress = mn.get("/jobs/" + finished() + "/workflow-progress").json();
        assertThat(progress.string("schema_version")).contains("mn.workflow_progress.v1");
        assertThat(progress.string("status")).contains("completed");
        assertThat(progress.number("percent").orElseThrow().toString()).isEqualTo("100");
        assertThat(objects(progress, "steps")).hasSize(3);
        for (var forbidden :
                List.of("data", "snapshot", "progress", "patch", "workflow_progress")) {
            assertThat(progress.has(forbidden)).as(forbidden).isFalse();
        }
    }

    @Test
    void the_graph_has_every_agent_and_every_way_between_them() throws IOException {
        var job = finished();
        var graph = mn.get("/jobs/" + job + "/graph").json();
        assertThat(mn.get("/jobs/" + job + "/agent-graph").json()).isEqualTo(graph);
        assertThat(objects(graph, "nodes")).hasSize(3);
        var edges = objects(graph, "edges");
        assertThat(edges).hasSize(2);
        assertThat(edges.getFirst().string("id")).contains("dispatcher->worker:work");
        assertThat(edges.getFirst().integer("count")).hasValue(1);
        assertThat(graph.object("stats").integer("message_count")).hasValue(2);
    }

    @Test
    void a_job_says_why_it_is_where_it_is() throws IOException {
        var job = running();
        var answer = mn.get("/jobs/" + job + "/explain").json();
        var explanation = answer.object("explanation");
        assertThat(explanation.string("cause").orElse("")).isNotBlank();
        assertThat(explanation.string("sentence").orElse("")).isNotBlank();
        assertThat(explanation.has("next_wake_at")).isTrue();
        mn.post("/jobs/" + job + "/cancel", "");
    }

    // Dead letters

    @Test
    void a_dead_letter_is_sent_again_while_the_job_lives() throws IOException {
        var manifest =
                Served.manifest(
                        """
                        {"manifest_version":"1.0","graph_id":"letters","entrypoints":["worker"],
                         "initial_inputs":{"worker":[{"n":1}]},
                         "nodes":[{"node_id":"worker","agent_type":"executor","config":{
                            "runner_module":"host_local","command":["sh","work.sh"],
                            "uploads":[{"source":"work.sh","target":"work.sh"}]}}],
                         "edges":[]}
                        """);
        var job =
                mn.submit(
                        manifest,
                        Map.of(
                                "work.sh",
                                "echo '{\"emit_messages\":[{\"to\":\"nobody\",\"type\":\"x\",\"body\":{}}]}'\n"));
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                objects(mn.get("/jobs/" + job + "/dead-letters").json(), "data")
                                                .size()
                                        == 1);
        var letter = objects(mn.get("/jobs/" + job + "/dead-letters").json(), "data").getFirst();
        assertThat(letter.string("reason").orElse("")).contains("unroutable_target");
        assertThat(refusal(mn.post("/jobs/" + job + "/dead-letters/1/replay", "")))
                .isEqualTo("404 dead_letter_not_found");
        for (var index : List.of("x", "-1", "1.5")) {
            assertThat(mn.post("/jobs/" + job + "/dead-letters/" + index + "/replay", "").status())
                    .isEqualTo(400);
        }
        mn.post("/jobs/" + job + "/cancel", "");
        assertThat(mn.post("/jobs/" + job + "/dead-letters/0/replay", "").status()).isEqualTo(409);
    }

    @Test
    void a_message_that_waited_too_long_is_sent_again() throws IOException {
        var job = running();
        var letters = "/jobs/" + job + "/dead-letters";
        mn.post("/jobs/" + job + "/pause", "");
        mn.server()
                .runtime()
                .jobs()
                .send(
                        JobId.of(job),
                        AgentId.of("router"),
                        Message.of("work", JsonObject.empty()).withTtlMs(1));
        long sentAt = System.currentTimeMillis();
        await().until(() -> System.currentTimeMillis() > sentAt + 1);
        mn.post("/jobs/" + job + "/resume", "");
        await().until(() -> objects(mn.get(letters).json(), "data").size() == 1);
        var letter = objects(mn.get(letters).json(), "data").getFirst();
        assertThat(letter.string("reason")).contains("expired");
        assertThat(letter.string("agent_id")).contains("router");
        var replayed = mn.post(letters + "/0/replay", "{\"version\":1}");
        assertThat(replayed.status()).as(replayed.text()).isEqualTo(202);
        assertThat(replayed.json().string("status")).contains("replayed");
        assertThat(replayed.json().string("job_id")).contains(job);
        assertThat(replayed.json().integer("index")).hasValue(0);
        assertThat(replayed.json().string("message_id")).isPresent();
        assertThat(objects(mn.get(letters).json(), "data").getFirst().bool("replayed"))
                .contains(true);

        var again = mn.post(letters + "/0/replay", "{\"force\":false}");
        assertThat(refusal(again)).isEqualTo("409 conflict");
        assertThat(again.json().string("error").orElse("")).endsWith("force a second replay");
        assertThat(refusal(mn.post(letters + "/0/replay", "{\"force\":\"yes\"}")))
                .isEqualTo("422 validation_failed");
        var forced = mn.post(letters + "/0/replay", "{\"force\":true}");
        assertThat(forced.status()).as(forced.text()).isEqualTo(202);
        assertThat(forced.json().string("message_id"))
                .isPresent()
                .isNotEqualTo(replayed.json().string("message_id"));
        mn.post("/jobs/" + job + "/cancel", "");
    }
}
