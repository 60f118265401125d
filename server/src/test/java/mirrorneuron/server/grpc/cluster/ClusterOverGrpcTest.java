package mirrorneuron.server.grpc.cluster;

import static mirrorneuron.server.grpc.Client.json;
import static mirrorneuron.server.grpc.Client.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.cluster.GetResourceRequest;
import mirrorneuron.protocol.cluster.GetSystemSummaryRequest;
import mirrorneuron.protocol.cluster.SetResourceRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The node over gRPC. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterOverGrpcTest {

    private Served mn;
    private Client client;

    @BeforeAll
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
        client = Client.of(mn);
    }

    @AfterAll
    void stop() {
        client.close();
        mn.close();
    }

    @Test
    void the_summary_shows_nodes_jobs_and_counts() {
        var job = client.submit(Served.idle(), Map.of());
        var answer =
                client.cluster().getSystemSummary(GetSystemSummaryRequest.getDefaultInstance());
        assertThat(answer.getVersion()).isEqualTo(1);
        var summary = json(answer.getSummaryJson());
        assertThat(summary.integer("version")).hasValue(1);
        var node = Served.objects(summary, "nodes").getFirst();
        assertThat(node.bool("self?")).contains(true);
        assertThat(node.string("scheduler_hint")).contains("cluster_member");
        assertThat(Served.objects(summary, "jobs"))
                .extracting(found -> found.string("job_id").orElse(""))
                .contains(job);
        var metrics = summary.object("metrics");
        assertThat(metrics.object("jobs").integer("total").orElse(0)).isPositive();
        assertThat(metrics.object("jobs").object("by_status").size()).isPositive();
        assertThat(metrics.object("nodes").integer("total")).hasValue(1);
        assertThat(metrics.object("runtime").string("generated_at").orElse("")).endsWith("Z");
    }

    private JsonObject set(String json) {
        return json(
                client.cluster()
                        .setResource(SetResourceRequest.newBuilder().setResourceJson(json).build())
                        .getResourceJson());
    }

    @Test
    void limits_are_set_one_by_one_under_names_of_any_case_and_stay() {
        set("{\"CPU\":\"50\"}");
        var report = set("{\"memory\":75,\"unknown\":1}");
        assertThat(report.string("mode")).contains("single_node");
        var read =
                json(
                        client.cluster()
                                .getResource(GetResourceRequest.getDefaultInstance())
                                .getResourceJson());
        assertThat(read.object("limits").integer("cpu")).hasValue(50);
        assertThat(read.object("limits").integer("memory")).hasValue(75);
        assertThat(read.object("limits").integer("disk")).hasValue(100);
        set("{\"cpu\":100,\"memory\":100}");
    }

    @Test
    void limits_that_are_none_are_refused() {
        for (var wanted : List.of("", "{}", "[]", "{\"cpu\":30}", "{\"cpu\":\"much\"}", "{")) {
            assertThat(refused(() -> set(wanted)).status())
                    .as(wanted)
                    .isEqualTo(Code.INVALID_ARGUMENT);
        }
        assertThat(refused(() -> set("{\"cpu\":30}")).message())
                .isEqualTo("cpu: 30 (expected: 25, 50, 75 or 100)");
    }
}
