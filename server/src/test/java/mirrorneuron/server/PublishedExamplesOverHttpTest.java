package mirrorneuron.server;

import static mirrorneuron.server.Served.objects;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Calls that users of the interface copy from its published pages, as they stand there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishedExamplesOverHttpTest {

    private static final String JSON = "Content-Type: application/json";

    private Path home;
    private Served mn;

    @BeforeAll
    void serve(@TempDir Path folder) throws IOException {
        home = folder;
        mn = Served.at(folder, Map.of("MN_BUNDLES_DIR", folder.resolve("bundles").toString()));
    }

    @AfterAll
    void stop() {
        mn.close();
    }

    private String finished() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", "echo hello\n"));
        mn.awaitStatus(job, "completed");
        return job;
    }

    private String runOf(String job) throws IOException {
        return mn.get("/jobs/" + job).json().object("job").string("run_id").orElseThrow();
    }

    @Test
    void health() throws IOException {
        assertThat(mn.get("/health").json().string("status")).contains("ok");
    }

    @Test
    void the_summary_lists_this_node_with_its_pool() throws IOException {
        var node = objects(mn.get("/system/summary").json(), "nodes").getFirst();
        assertThat(node.bool("self?")).contains(true);
        assertThat(node.string("scheduler_hint")).contains("cluster_member");
        assertThat(node.array("connected_nodes").get(0)).isEqualTo(node.at("name"));
        assertThat(node.object("executor_pools").object("default").integer("capacity").orElse(0))
                .isPositive();
    }

    @Test
    void a_workflow_in_an_envelope_is_pending() throws IOException {
        var answer =
                mn.post(
                        "/jobs",
                        """
                        {
                          "manifest_json": "{\\"apiVersion\\":\\"mn.workflow/v1\\",\\"kind\\":\\"Workflow\\",\\"workflow\\":{\\"workflow_id\\":\\"demo\\",\\"nodes\\":[]}}"
                        }
                        """,
                        JSON);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().string("status")).contains("pending");
        mn.awaitStatus(answer.json().string("id").orElseThrow(), "completed");
    }

    @Test
    void a_bare_manifest_is_pending_and_can_be_cancelled() throws IOException {
        var answer =
                mn.post(
                        "/jobs",
                        """
                        {
                          "manifest_version": "1.0",
                          "graph_id": "simple",
                          "entrypoints": ["router"],
                          "nodes": [
                            {
                              "node_id": "router",
                              "agent_type": "router",
                              "role": "root_coordinator"
                            }
                          ]
                        }
                        """,
                        JSON);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().string("status")).contains("pending");
        var job = answer.json().string("id").orElseThrow();
        assertThat(job).startsWith("simple-");
        var cancelled = mn.post("/jobs/" + job + "/cancel", "");
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.json().string("status")).contains("cancelled");
        assertThat(cancelled.json().string("job_id")).contains(job);
    }

    @Test
    void jobs_are_listed_newest_first() throws IOException {
        var job = finished();
        for (var query : List.of("?limit=5", "?limit=5&include_terminal=true")) {
            var listed = objects(mn.get("/jobs" + query).json(), "data");
            assertThat(listed).hasSizeLessThanOrEqualTo(5);
            var first = listed.getFirst();
            assertThat(first.string("job_id")).contains(job);
            assertThat(first.string("graph_id")).contains("smallest");
            assertThat(first.string("status")).contains("completed");
            assertThat(first.string("submitted_at")).isPresent();
            assertThat(first.string("updated_at")).isPresent();
        }
    }

    @Test
    void a_job_has_its_five_parts() throws IOException {
        var details = mn.get("/jobs/" + finished()).json();
        assertThat(details.object("job").isEmpty()).isFalse();
        assertThat(details.object("summary").isEmpty()).isFalse();
        for (var part : List.of("agents", "recent_events", "sandboxes")) {
            assertThat(details.array(part).isEmpty()).as(part).isFalse();
        }
    }

    @Test
    void ended_jobs_are_cleaned_up(@TempDir Path other) throws IOException {
        try (var own = Served.at(other)) {
            var one = own.submit(Served.smallest(), Map.of("work.sh", "echo hello\n"));
            own.awaitStatus(one, "completed");
            var going = own.submit(Served.idle(), Map.of());
            var cleaned = own.post("/jobs/cleanup", "").json();
            assertThat(cleaned.integer("deleted_count")).hasValue(1);
            assertThat(cleaned.array("deleted_jobs").get(0)).isEqualTo(new JsonString(one));
            var forced = own.post("/jobs/cleanup?all=true", "").json();
            assertThat(forced.array("deleted_jobs").get(0)).isEqualTo(new JsonString(going));
        }
    }

    @Test
    void events_tell_when_what_and_who() throws IOException {
        var events = objects(mn.get("/jobs/" + finished() + "/events").json(), "data");
        assertThat(events)
                .anySatisfy(
                        event -> {
                            assertThat(event.string("type")).contains("sandbox_job_completed");
                            assertThat(event.string("agent_id")).contains("worker");
                            assertThat(event.string("timestamp")).isPresent();
                            assertThat(event.object("payload").integer("exit_code")).hasValue(0);
                            assertThat(event.object("payload").string("pool")).contains("default");
                        });
    }

    @Test
    void a_bundle_is_reloaded_when_it_changed() throws IOException {
        var folder = home.resolve("bundles/primes");
        Files.createDirectories(folder.resolve("payloads"));
        Files.writeString(folder.resolve("payloads/work.sh"), "echo 1\n");
        Files.writeString(
                folder.resolve("manifest.json"),
                Served.smallest().with("graph_id", new JsonString("primes")).toString());
        mn.post("/bundles/primes/reload", "");
        Files.writeString(folder.resolve("payloads/work.sh"), "echo 2\n");
        var answer = mn.post("/bundles/primes/reload", "").json();
        assertThat(answer.string("bundle_id")).contains("primes");
        assertThat(answer.bool("changed")).contains(true);
        assertThat(answer.bool("reloaded")).contains(true);
        assertThat(answer.string("reason")).contains("api_request");
        assertThat(answer.string("message")).contains("Bundle reloaded successfully");
        assertThat(answer.string("timestamp")).isPresent();
    }

    @Test
    void a_run_tells_its_numbers_its_story_and_its_files() throws IOException {
        var run = "/runs/" + runOf(finished());
        var summary = mn.get(run + "/observability-summary").json();
        assertThat(summary.string("schema_version")).contains("mn.observability_summary.v1");
        assertThat(summary.string("status")).contains("completed");
        assertThat(objects(mn.get(run + "/timeline").json(), "data"))
                .allSatisfy(
                        one -> assertThat(one.string("schema_version")).contains("mn.timeline.v1"));
        assertThat(objects(mn.get(run + "/artifacts").json(), "artifacts"))
                .extracting(one -> one.string("artifact_id").orElse(""))
                .contains(
                        "events_jsonl",
                        "logs_jsonl",
                        "errors_jsonl",
                        "timeline_jsonl",
                        "timeline_json",
                        "observability_summary_json");
    }

    @Test
    void a_job_that_nobody_knows_is_named_in_the_error() throws IOException {
        var answer = mn.get("/jobs/prime_sweep_40_workers-1");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().at("error"))
                .isEqualTo(new JsonString("Job prime_sweep_40_workers-1 was not found"));
    }

    @Test
    void the_summary_is_read_with_a_token(@TempDir Path other) throws IOException {
        try (var guarded = Served.withToken(other, "s3cret")) {
            assertThat(guarded.get("/health").status()).isEqualTo(200);
            assertThat(guarded.get("/system/summary").status()).isEqualTo(401);
            var answer = guarded.get("/system/summary", "Authorization: Bearer s3cret");
            assertThat(answer.json().at("jobs")).isNotInstanceOf(JsonObject.class);
            assertThat(answer.status()).isEqualTo(200);
        }
    }
}
