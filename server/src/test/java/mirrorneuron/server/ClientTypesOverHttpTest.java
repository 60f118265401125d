package mirrorneuron.server;

import static mirrorneuron.server.Served.objects;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonBool;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A page throws a whole answer away for one member of the wrong type. So: which members are left
 * out instead of being null, and which are always numbers, texts and lists, looked at in a job of
 * each kind that there is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientTypesOverHttpTest {

    private static final Set<String> NEVER_NULL_IN_JOBS =
            Set.of("failure", "recovery", "recovery_requires_review", "live");
    private static final Set<String> NEVER_NULL_IN_AGENTS =
            Set.of(
                    "metadata",
                    "alias",
                    "display_name",
                    "label",
                    "role",
                    "assigned_node",
                    "status",
                    "type",
                    "agent_type",
                    "processed_messages",
                    "mailbox_depth");

    private Served mn;
    private final List<String> jobs = new ArrayList<>();

    @BeforeAll
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
        jobs.add(mn.submit(Served.smallest(), Map.of("work.sh", "echo hello\n")));
        mn.awaitStatus(jobs.getLast(), "completed");
        jobs.add(mn.submit(Served.smallest(), Map.of("work.sh", "exit 3\n")));
        mn.awaitStatus(jobs.getLast(), "failed");
        jobs.add(mn.submit(Served.idle(), Map.of()));
        mn.awaitStatus(jobs.getLast(), "running");
        jobs.add(mn.submit(Served.idle(), Map.of()));
        mn.post("/jobs/" + jobs.getLast() + "/pause", "");
        jobs.add(mn.submit(Served.idle(), Map.of()));
        mn.post("/jobs/" + jobs.getLast() + "/cancel", "");
    }

    @AfterAll
    void stop() {
        mn.close();
    }

    private List<JsonObject> details(String form) throws IOException {
        var all = new ArrayList<JsonObject>();
        for (var job : jobs) {
            all.add(mn.get("/jobs/" + job + "?include=" + form).json());
        }
        return all;
    }

    private static void neverNull(JsonObject object, Set<String> names) {
        object.forEach(
                (name, value) -> {
                    if (names.contains(name)) {
                        assertThat(value.isNull()).as(name + " of " + object).isFalse();
                    }
                });
    }

    private static void neverNull(JsonObject object) {
        object.forEach((name, value) -> assertThat(value.isNull()).as(name).isFalse());
    }

    /** The member is a whole number, and not the text of one. */
    private static void counts(JsonObject in, String... names) {
        for (var name : names) {
            assertThat(in.at(name)).as(name + " of " + in).isInstanceOf(JsonNumber.class);
            assertThat(in.integer(name)).as(name).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "summary", "full"})
    void details_leave_out_what_does_not_apply(String form) throws IOException {
        for (var details : details(form)) {
            var job = details.object("job");
            boolean failed = job.string("status").orElse("").equals("failed");
            for (var object : List.of(job, details.object("summary"))) {
                neverNull(object, NEVER_NULL_IN_JOBS);
                assertThat(object.has("failure")).isEqualTo(failed);
                assertThat(object.has("recovery")).isFalse();
                assertThat(object.has("recovery_requires_review")).isFalse();
            }
            assertThat(job.at("result")).isInstanceOf(JsonObject.class);
            neverNull(job, Set.of("reason", "status_reason"));
            assertThat(details.has("failure")).isTrue();
            assertThat(details.at("failure").isNull()).isEqualTo(!failed);
            assertThat(details.names())
                    .doesNotContain("web_ui", "web_ui_service")
                    .contains("observability_summary");
            neverNull(details, Set.of("observability_summary"));
        }
    }

    @Test
    void only_the_full_form_shows_what_agents_keep() throws IOException {
        for (var details : details("full")) {
            assertThat(objects(details, "agents"))
                    .allSatisfy(
                            agent ->
                                    assertThat(agent.at("current_state"))
                                            .isInstanceOf(JsonObject.class));
        }
        for (var details : details("compact")) {
            assertThat(objects(details, "agents"))
                    .allSatisfy(agent -> assertThat(agent.has("current_state")).isFalse());
        }
    }

    @Test
    void agents_have_types_places_and_counters_and_no_null_names() throws IOException {
        for (var details : details("compact")) {
            for (var agent : objects(details, "agents")) {
                neverNull(agent, NEVER_NULL_IN_AGENTS);
                for (var name : List.of("assigned_node", "status", "type", "agent_type")) {
                    assertThat(agent.at(name)).as(name).isInstanceOf(JsonString.class);
                }
                counts(agent, "processed_messages", "mailbox_depth");
                for (var name : List.of("running", "paused", "live")) {
                    assertThat(agent.at(name + "?")).isEqualTo(agent.at(name));
                }
                assertThat(agent.at("metadata")).isInstanceOf(JsonObject.class);
            }
        }
    }

    @Test
    void events_have_no_null_and_errors_that_are_objects() throws IOException {
        for (var job : jobs) {
            for (var path : List.of("/jobs/" + job + "/events", "/runs/" + run(job) + "/events")) {
                for (var event : objects(mn.get(path).json(), "data")) {
                    neverNull(event);
                    for (var name : List.of("error", "failure")) {
                        if (event.has(name)) {
                            assertThat(event.at(name)).isInstanceOf(JsonObject.class);
                        }
                    }
                }
            }
        }
    }

    private String run(String job) throws IOException {
        return mn.get("/jobs/" + job).json().object("job").string("run_id").orElseThrow();
    }

    @Test
    void failures_leave_out_what_they_do_not_know() throws IOException {
        var failed = jobs.get(1);
        var found = new ArrayList<JsonObject>();
        for (var path :
                List.of(
                        "/jobs/" + failed + "?include=full",
                        "/jobs/" + failed + "/workflow-progress",
                        "/runs/" + run(failed) + "/result",
                        "/runs/" + run(failed) + "/ui",
                        "/jobs")) {
            collect(mn.get(path).json(), found);
        }
        assertThat(found).hasSizeGreaterThan(5);
        for (var failure : found) {
            neverNull(failure);
            assertThat(failure.string("severity").orElse("")).isIn("ERROR", "WARN");
            assertThat(failure.array("links").isEmpty()).isFalse();
            for (var name : List.of("event_id", "remediation", "occurred_at")) {
                assertThat(failure.string(name).orElse("left out")).as(name).isNotEmpty();
            }
        }
    }

    /** Every failure of a document; what events carry as they recorded it is their own. */
    private static void collect(JsonValue value, List<JsonObject> to) {
        switch (value) {
            case JsonObject object ->
                    object.forEach(
                            (name, member) -> {
                                if (member instanceof JsonObject failure
                                        && Set.of("failure", "error").contains(name)) {
                                    to.add(failure);
                                } else if (!name.equals("payload")) {
                                    collect(member, to);
                                }
                            });
            case JsonArray array -> array.forEach(item -> collect(item, to));
            default -> {}
        }
    }

    @Test
    void lists_are_arrays_of_jobs_with_numbers() throws IOException {
        var list = mn.get("/jobs").json();
        assertThat(list.at("data")).isInstanceOf(JsonArray.class);
        counts(list, "total");
        assertThat(objects(list, "data")).hasSize(jobs.size());
        for (var job : objects(list, "data")) {
            neverNull(job, NEVER_NULL_IN_JOBS);
            counts(job, "executor_count", "active_executors");
            assertThat(job.at("live?")).isEqualTo(job.at("live")).isInstanceOf(JsonBool.class);
            assertThat(job.at("job_type")).isEqualTo(job.at("type")).isInstanceOf(JsonString.class);
            for (var name : List.of("nodes", "sandbox_names")) {
                assertThat(job.array(name).stream()).allMatch(JsonString.class::isInstance);
            }
        }
    }

    @Test
    void numbers_of_a_run_are_numbers_while_it_goes_on_too() throws IOException {
        for (var job : jobs) {
            var summary = mn.get("/runs/" + run(job) + "/observability-summary").json();
            counts(summary, "duration_ms", "retry_count");
            counts(
                    summary.object("counts"),
                    "events",
                    "logs",
                    "errors",
                    "warnings",
                    "timeline",
                    "artifacts");
            counts(
                    summary.object("token_totals"),
                    "input_tokens",
                    "output_tokens",
                    "total_tokens",
                    "calls");
            for (var peak : List.of("max_cpu_pct", "max_memory_rss_mb")) {
                assertThat(summary.object("resource_peaks").at(peak))
                        .isInstanceOf(JsonNumber.class);
            }
        }
        for (var node : objects(mn.get("/system/summary").json(), "nodes")) {
            counts(
                    node.object("executor_pools").object("default"),
                    "capacity",
                    "available",
                    "in_use",
                    "queued",
                    "active");
        }
    }

    @Test
    void activities_of_progress_have_no_null() throws IOException {
        for (var job : jobs) {
            var progress = mn.get("/jobs/" + job + "/workflow-progress").json();
            objects(progress, "recent_events").forEach(ClientTypesOverHttpTest::neverNull);
            for (var step : objects(progress, "steps")) {
                objects(step, "recent_events").forEach(ClientTypesOverHttpTest::neverNull);
            }
            assertThat(progress.has("failure"))
                    .isEqualTo(progress.string("status").orElse("").equals("failed"));
        }
    }

    @Test
    void links_of_files_begin_at_the_root() throws IOException {
        for (var job : jobs) {
            var run = run(job);
            var links = new ArrayList<JsonObject>();
            links.addAll(objects(mn.get("/runs/" + run + "/artifacts").json(), "artifacts"));
            var details = mn.get("/jobs/" + job).json();
            links.addAll(objects(details, "artifacts"));
            links.addAll(objects(details.object("observability_summary"), "artifact_links"));
            assertThat(links)
                    .isNotEmpty()
                    .allSatisfy(
                            link -> {
                                assertThat(link.string("url").orElse("")).startsWith("/api/v1/");
                                assertThat(link.has("reveal_url")).isFalse();
                            });
        }
    }
}
