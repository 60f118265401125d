package mirrorneuron.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Store;
import mirrorneuron.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node has and how much of it may be used. */
class NodeResourcesTest {

    @TempDir Path home;

    private final Store store = new MemoryStore();

    private NodeResources resources() {
        return new NodeResources(
                store, new Hardware(home), "mn1@host-7", () -> List.of("host_local"));
    }

    @Test
    void without_limits_everything_may_be_used() {
        var report = resources().get();
        assertThat(report.limits()).isEqualTo(ResourceLimits.none());
        assertThat(report.raw().names())
                .containsExactly(
                        "mode",
                        "node_count",
                        "limits",
                        "totals",
                        "combined",
                        "usable",
                        "nodes",
                        "native_ports");
        assertThat(report.raw().object("totals").names())
                .containsExactly(
                        "cpu_cores",
                        "gpu_count",
                        "gpu_memory_total_mb",
                        "gpu_memory_free_mb",
                        "gpu_memory_total_gb",
                        "gpu_memory_free_gb",
                        "memory_gb",
                        "memory_total_gb",
                        "memory_available_gb",
                        "disk_gb",
                        "disk_available_gb");
        assertThat(report.raw().object("usable")).isEqualTo(report.raw().object("totals"));
        assertThat(report.raw().object("combined")).isEqualTo(report.raw().object("totals"));
        var node = (JsonObject) report.raw().array("nodes").get(0);
        assertThat(node.string("display_name")).contains("mn1@host-7");
        assertThat(node.string("hostname")).contains("host-7");
        assertThat(node.array("gpu").size()).isEqualTo(node.array("devices").size());
        assertThat(node.bool("self")).contains(true);
        assertThat(node.array("runtime_drivers")).hasToString("[\"host_local\"]");
        assertThat(node.integer("cpu_cores"))
                .isEqualTo(report.raw().object("totals").integer("cpu_cores"));
    }

    @Test
    void limits_are_kept_and_whole_numbers_are_rounded_down() {
        var limits = new ResourceLimits(25, 50, 75, 100);
        assertThat(resources().set(limits).limits()).isEqualTo(limits);

        var report = resources().get();
        assertThat(report.limits()).isEqualTo(limits);
        assertThat(report.raw().object("limits"))
                .hasToString("{\"cpu\":25,\"gpu\":50,\"memory\":75,\"disk\":100}");
        int cores = Runtime.getRuntime().availableProcessors();
        assertThat(report.raw().object("usable").integer("cpu_cores")).hasValue(cores * 25L / 100);
        assertThat(report.raw().object("usable").at("disk_gb"))
                .isEqualTo(report.raw().object("totals").at("disk_gb"));
        double memory = report.raw().object("totals").number("memory_gb").orElseThrow().asDouble();
        assertThat(report.raw().object("usable").number("memory_gb").orElseThrow().asDouble())
                .isBetween(memory * 0.75 - 0.02, memory * 0.75);
    }

    @Test
    void other_limits_are_refused() {
        assertThatThrownBy(() -> ResourceLimits.none().withGpu(30))
                .hasMessage("gpu: 30 (expected: 25, 50, 75 or 100)");
        assertThatThrownBy(() -> new ResourceLimits(0, 25, 25, 25))
                .hasMessage("cpu: 0 (expected: 25, 50, 75 or 100)");
    }

    @Test
    void stored_limits_that_cannot_be_read_limit_nothing() {
        for (var rotten : List.of("{", "[]", "{\"cpu\":1}")) {
            store.put("resource", "limits", rotten.getBytes(StandardCharsets.UTF_8));
            assertThat(resources().get().limits()).isEqualTo(ResourceLimits.none());
        }
    }
}
