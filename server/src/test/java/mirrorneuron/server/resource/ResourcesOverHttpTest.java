package mirrorneuron.server.resource;

import static mirrorneuron.server.Served.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of resources, as a client with a socket sees them. */
class ResourcesOverHttpTest {

    @Test
    void limits_are_set_one_by_one_and_outlive_a_restart(@TempDir Path home) throws IOException {
        try (var mn = Served.at(home)) {
            var report = mn.get("/resource").json();
            assertThat(report.string("mode")).contains("single_node");
            assertThat(report.integer("node_count")).hasValue(1);
            assertThat(report.object("limits").integer("cpu")).hasValue(100);
            assertThat(report.object("totals")).isEqualTo(report.object("combined"));
            assertThat(report.object("totals").integer("cpu_cores").orElse(0)).isPositive();
            var half = mn.post("/resource", "{\"memory\":50,\"version\":1}").json();
            assertThat(half.object("limits").integer("memory")).hasValue(50);
            assertThat(half.object("usable").number("memory_total_gb")).isPresent();
            var nested = mn.call("PUT", "/resource", "{\"limits\":{\"cpu\":\"25\"}}").json();
            assertThat(nested.object("limits").integer("cpu")).hasValue(25);
            assertThat(nested.object("limits").integer("memory")).hasValue(50);
        }
        try (var again = Served.at(home)) {
            assertThat(again.get("/resource").json().object("limits").integer("memory"))
                    .hasValue(50);
        }
    }

    @Test
    void limits_may_stand_at_the_top_or_nested_or_partly_each(@TempDir Path home)
            throws IOException {
        try (var mn = Served.at(home)) {
            mn.post("/resource", "{\"limits\":{},\"cpu\":25}");
            mn.post("/resource", "{\"limits\":{\"gpu\":50},\"memory\":75,\"version\":1}");
            mn.post("/resource", "{\"limits\":{\"disk\":\"50\"},\"disk\":50}");
            var limits =
                    mn.post("/resource", "{\"limits\":null,\"gpu\":25}").json().object("limits");
            assertThat(limits.integer("cpu")).hasValue(25);
            assertThat(limits.integer("gpu")).hasValue(25);
            assertThat(limits.integer("memory")).hasValue(75);
            assertThat(limits.integer("disk")).hasValue(50);
        }
    }

    @Test
    void a_limit_that_is_named_twice_has_one_value(@TempDir Path home) throws IOException {
        try (var mn = Served.at(home)) {
            var refused =
                    mn.post("/resource", "{\"limits\":{\"cpu\":50,\"gpu\":75},\"cpu\":\"25\"}");
            assertThat(refusal(refused)).isEqualTo("422 validation_failed");
            assertThat(refused.json().string("error"))
                    .contains("cpu: \"25\", but limits.cpu: 50 (expected: one value)");
            assertThat(refused.json().string("field")).contains("cpu");
            assertThat(mn.get("/resource").json().object("limits").integer("gpu")).hasValue(100);
        }
    }

    @Test
    void other_values_are_refused_and_change_nothing(@TempDir Path home) throws IOException {
        try (var mn = Served.at(home)) {
            for (var body :
                    new String[] {
                        "{\"cpu\":30}",
                        "{\"cpu\":25,\"gpu\":1000}",
                        "{\"cpu\":true}",
                        "{\"cpu\":null}",
                        "{\"cpu\":\"half\"}",
                        "{\"limits\":{}}",
                        "{\"limits\":{\"cpu\":30}}",
                        "{\"limits\":{\"cpu\":null},\"cpu\":25}",
                        "{\"limits\":50}",
                        "{\"limits\":[],\"cpu\":25}",
                        "{\"version\":1}"
                    }) {
                assertThat(refusal(mn.post("/resource", body)))
                        .as(body)
                        .isEqualTo("422 validation_failed");
                assertThat(refusal(mn.call("PUT", "/resource", body)))
                        .as(body)
                        .isEqualTo("422 validation_failed");
            }
            assertThat(refusal(mn.post("/resource", ""))).isEqualTo("400 empty_payload");
            assertThat(mn.get("/resource").json().object("limits").integer("cpu")).hasValue(100);
        }
    }
}
