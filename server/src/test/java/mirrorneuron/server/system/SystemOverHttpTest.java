package mirrorneuron.server.system;

import static mirrorneuron.server.Served.objects;
import static mirrorneuron.server.Served.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The server about itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SystemOverHttpTest {

    private Served mn;

    @BeforeAll
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
    }

    @AfterAll
    void stop() {
        mn.close();
    }

    @Test
    void health_is_ok_and_says_what_it_depends_on() throws IOException {
        var health = mn.get("/health").json();
        assertThat(health.string("status")).contains("ok");
        assertThat(health.string("auth")).contains("disabled");
        assertThat(health.string("version")).isPresent();
        assertThat(health.object("dependencies").object("store").string("status")).contains("ok");
        assertThat(health.object("dependencies").object("redis").string("status")).contains("ok");
    }

    @Test
    void the_status_names_its_parts() throws IOException {
        var status = mn.get("/runtime/status?timeout=1").json();
        assertThat(status.string("overall")).contains("passing");
        assertThat(status.string("checked_at")).isPresent();
        assertThat(status.object("runtime").string("mode")).contains("single_node");
        assertThat(status.object("runtime").integer("uptime_seconds").orElse(-1))
                .isGreaterThanOrEqualTo(0);
        assertThat(status.object("endpoints").string("api").orElse(""))
                .isEqualTo("http://localhost:" + mn.port() + "/api/v1");
        assertThat(objects(status, "components"))
                .allSatisfy(part -> assertThat(part.string("status")).contains("passing"));
        assertThat(status.object("nodes").integer("total")).hasValue(1);
        assertThat(status.at("shared_storage")).isInstanceOf(JsonObject.class);
        assertThat(refusal(mn.get("/runtime/status?timeout=soon"))).isEqualTo("400 invalid_query");
    }

    @Test
    void the_status_counts_the_jobs_that_have_not_ended() throws IOException {
        var before = mn.get("/runtime/status").json().object("jobs");
        var ended = mn.submit(Served.smallest(), Map.of("work.sh", "echo hello\n"));
        mn.awaitStatus(ended, "completed");
        var going = mn.submit(Served.idle(), Map.of());
        var jobs = mn.get("/runtime/status").json().object("jobs");
        assertThat(jobs.integer("total").orElse(0) - before.integer("total").orElse(0))
                .isEqualTo(2);
        assertThat(jobs.integer("active").orElse(0) - before.integer("active").orElseThrow())
                .isEqualTo(1);
        assertThat(jobs.object("by_status").integer("completed").orElse(0)).isPositive();
        mn.post("/jobs/" + going + "/cancel", "");
        assertThat(mn.get("/runtime/status").json().object("jobs").integer("active"))
                .isEqualTo(before.integer("active"));
    }

    @Test
    void the_summary_shows_nodes_and_jobs() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", "echo hello\n"));
        mn.awaitStatus(job, "completed");
        var going = mn.submit(Served.idle(), Map.of());
        var summary = mn.get("/system/summary").json();
        var nodes = objects(summary, "nodes");
        assertThat(nodes).hasSize(1);
        var node = nodes.getFirst();
        assertThat(node.bool("self")).contains(true);
        assertThat(node.bool("self?")).contains(true);
        assertThat(node.string("display_name")).contains("local");
        assertThat(node.string("hostname").orElse("")).isNotBlank();
        assertThat(node.string("scheduler_hint")).contains("cluster_member");
        var pool = node.object("executor_pools").object("default");
        for (var counter : new String[] {"capacity", "available", "in_use", "queued", "active"}) {
            assertThat(pool.integer(counter)).as(counter).isPresent();
        }
        var hardware = node.object("hardware");
        assertThat(hardware.object("cpu").integer("logical_processors").orElse(0)).isPositive();
        assertThat(hardware.object("memory").integer("total_bytes").orElse(0)).isPositive();
        assertThat(objects(summary, "jobs").stream().map(j -> j.string("job_id").orElse("")))
                .contains(job, going);
        mn.post("/jobs/" + going + "/cancel", "");
    }

    @Test
    void metrics_count_jobs_by_status() throws IOException {
        var job = mn.submit(Served.smallest(), Map.of("work.sh", "exit 1\n"));
        mn.awaitStatus(job, "failed");
        var metrics = mn.get("/metrics").json();
        assertThat(metrics.object("jobs").object("by_status").integer("failed").orElse(0))
                .isPositive();
        assertThat(metrics.object("jobs").integer("total").orElse(0)).isPositive();
        assertThat(metrics.object("nodes").integer("total")).hasValue(1);
        assertThat(metrics.string("source")).isPresent();
    }
}
