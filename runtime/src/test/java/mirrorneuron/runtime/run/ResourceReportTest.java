package mirrorneuron.runtime.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What samples of workers come to. */
class ResourceReportTest {

    private static final Instant NOON = Instant.parse("2026-03-28T12:00:00Z");

    @Test
    void readings_are_averaged_by_bucket() {
        var report = report("10", "30");

        var bucket = (JsonObject) report.array("buckets").get(0);
        assertThat(bucket.at("cpu_pct_avg").toString()).isEqualTo("20");
        assertThat(bucket.at("cpu_pct_max").toString()).isEqualTo("30");
        assertThat(bucket.integer("samples")).hasValue(2);
    }

    @Test
    void what_nothing_measures_is_no_reading() {
        var report = report("1e308", "1e308", "-1e308", "50");

        var bucket = (JsonObject) report.array("buckets").get(0);
        assertThat(bucket.at("cpu_pct_avg").toString()).isEqualTo("50");
        assertThat(bucket.at("cpu_pct_max").toString()).isEqualTo("50");
        assertThat(bucket.at("memory_rss_mb_max").toString()).isEqualTo("50");
        assertThat(report.integer("sample_count")).hasValue(4);
    }

    private static JsonObject report(String... readings) {
        return ResourceReport.of(
                "r-1",
                Stream.of(readings).map(ResourceReportTest::sample).toList(),
                NOON.plusSeconds(1),
                Duration.ofHours(1),
                Duration.ofMinutes(1));
    }

    private static JsonObject sample(String reading) {
        return (JsonObject)
                Json.parse(
                        "{\"timestamp\":\"%s\",\"cpu_pct\":%s,\"memory_rss_mb\":%s}"
                                .formatted(NOON, reading, reading));
    }
}
