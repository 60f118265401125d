package mirrorneuron.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine says of itself. */
class HardwareTest {

    @TempDir Path root;

    private void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private JsonObject document() {
        var hardware = new Hardware(root, root.resolve("not/made/yet"));
        return hardware.document(hardware.read());
    }

    @Test
    void the_machine_at_hand_has_processors_memory_and_a_disk() {
        var hardware = new Hardware(root);
        var reading = hardware.read();
        assertThat(reading.processors()).isPositive();
        assertThat(reading.memoryTotal()).isGreaterThan(64L << 20);
        assertThat(reading.memoryAvailable()).isBetween(1L, reading.memoryTotal());
        assertThat(reading.diskTotal()).isPositive();
        assertThat(reading.diskAvailable()).isBetween(0L, reading.diskTotal());
        var document = hardware.document(reading);
        assertThat(document.names())
                .containsExactly("platform", "cpu", "memory", "disk", "devices");
        assertThat(document.object("platform").string("os")).isPresent();
        assertThat(document.object("cpu").integer("logical_processors"))
                .hasValue(reading.processors());
        assertThat(document.object("cpu").has("load_ratio")).isTrue();
        assertThat(document.object("memory").integer("total_bytes"))
                .hasValue(reading.memoryTotal());
    }

    @Test
    void names_are_read_where_the_system_tells_them() throws IOException {
        write("etc/os-release", "NAME=\"Debian\"\nPRETTY_NAME=\"Debian 12 (bookworm)\"\n");
        write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Fast CPU @ 3 GHz\n");
        assertThat(document().object("platform").string("display_name"))
                .contains("Debian 12 (bookworm)");
        assertThat(document().object("cpu").string("model")).contains("Fast CPU @ 3 GHz");
    }

    @Test
    void a_node_is_on_the_machine_that_its_name_tells_or_else_the_system() throws IOException {
        var hardware = new Hardware(root, root);
        assertThat(hardware.names("local"))
                .hasToString("{\"display_name\":\"local\",\"hostname\":\"local\"}");
        write("proc/sys/kernel/hostname", "ada-box\n");
        assertThat(hardware.names("local"))
                .hasToString("{\"display_name\":\"local\",\"hostname\":\"ada-box\"}");
        assertThat(hardware.names("mn1@host-7").string("hostname")).contains("host-7");
        assertThat(hardware.names("mn1@").string("hostname")).contains("ada-box");
    }

    @Test
    void a_system_that_tells_nothing_leaves_names_out() {
        var document = document();
        assertThat(document.object("platform").has("display_name")).isFalse();
        assertThat(document.object("cpu").has("model")).isFalse();
        assertThat(document.array("devices").isEmpty()).isTrue();
        assertThat(document.object("memory").integer("available_bytes")).isPresent();
    }

    @Test
    void graphics_processors_are_found_with_what_their_drivers_tell() throws IOException {
        write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t RTX 9000\n");
        write("sys/class/drm/card0/device/mem_info_vram_total", "8589934592\n");
        write("sys/class/drm/card0/device/mem_info_vram_used", "1073741824\n");
        write("sys/class/drm/card0/device/product_name", "Radeon\n");
        write("sys/class/drm/card0-DP-1/device/mem_info_vram_total", "8589934592\n");
        var devices = document().array("devices");
        assertThat(devices.size()).isEqualTo(2);
        assertThat(devices.get(0))
                .hasToString(
                        "{\"kind\":\"gpu\",\"vendor\":\"nvidia\",\"driver\":\"nvidia\",\"model\":\"RTX"
                                + " 9000\"}");
        var amd = (JsonObject) devices.get(1);
        assertThat(amd.string("model")).contains("Radeon");
        assertThat(amd.at("memory_total_mb")).isEqualTo(JsonNumber.of(8_192));
        assertThat(amd.at("memory_free_mb")).isEqualTo(JsonNumber.of(7_168));
    }
}
