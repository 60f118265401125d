package mirrorneuron.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mirrorneuron.store.Histogram;
import org.junit.jupiter.api.Test;

class ExpositionTest {

    @Test
    void a_metric_is_explained_once_and_its_samples_follow() {
        var metrics = new Exposition(Exposition.Form.PROMETHEUS);
        metrics.add(Metric.JOBS, 3, "running");
        metrics.add(Metric.JOBS, 0, "paused");
        metrics.add(Metric.COMMITS, 7);
        assertThat(metrics.text())
                .isEqualTo(
                        """
                        # HELP mn_jobs jobs that the home keeps, by status
                        # TYPE mn_jobs gauge
                        mn_jobs{status="running"} 3
                        mn_jobs{status="paused"} 0
                        # HELP mn_commits_total atomic steps of jobs that became durable
                        # TYPE mn_commits_total counter
                        mn_commits_total 7
                        """);
    }

    @Test
    void open_metrics_names_counters_without_their_ending_and_marks_the_end() {
        var metrics = new Exposition(Exposition.Form.OPEN_METRICS);
        metrics.add(Metric.COMMITS, 7);
        assertThat(metrics.text())
                .isEqualTo(
                        """
                        # HELP mn_commits atomic steps of jobs that became durable
                        # TYPE mn_commits counter
                        mn_commits_total 7
                        # EOF
                        """);
    }

    @Test
    void a_histogram_adds_up_bucket_by_bucket() {
        var histogram = new Histogram(List.of(Duration.ofMillis(1), Duration.ofMillis(10)));
        histogram.record(1_000_000); // exactly the bound: within
        histogram.record(1_000_001);
        histogram.record(5_000_000);
        histogram.record(2_000_000_000);
        var metrics = new Exposition(Exposition.Form.PROMETHEUS);
        metrics.add(Metric.REQUEST_DURATION, histogram.read(), "/jobs", "GET");
        assertThat(metrics.text().lines().skip(2))
                .containsExactly(
                        "mn_http_request_duration_seconds_bucket{route=\"/jobs\",method=\"GET\",le=\"0.001\"} 1",
                        "mn_http_request_duration_seconds_bucket{route=\"/jobs\",method=\"GET\",le=\"0.01\"} 3",
                        "mn_http_request_duration_seconds_bucket{route=\"/jobs\",method=\"GET\",le=\"+Inf\"} 4",
                        "mn_http_request_duration_seconds_sum{route=\"/jobs\",method=\"GET\"} 2.007000001",
                        "mn_http_request_duration_seconds_count{route=\"/jobs\",method=\"GET\"} 4");
    }

    @Test
    void values_of_labels_cannot_break_out() {
        var metrics = new Exposition(Exposition.Form.PROMETHEUS);
        metrics.add(Metric.QUEUE, 1, "a\"b\\c\nd");
        assertThat(metrics.text()).contains("{pool=\"a\\\"b\\\\c\\nd\"} 1\n");
    }

    @Test
    void samples_out_of_order_or_with_other_labels_are_mistakes() {
        var metrics = new Exposition(Exposition.Form.PROMETHEUS);
        metrics.add(Metric.COMMITS, 7);
        assertThatThrownBy(() -> metrics.add(Metric.JOBS, 1, "running"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> metrics.add(Metric.QUEUE, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void every_metric_stands_in_the_docs() throws Exception {
        var page = Files.readString(Path.of("../docs/observability.md"));
        for (var metric : Metric.values()) {
            assertThat(page)
                    .contains(
                            "| `%s` | %s | %s | %s |"
                                    .formatted(
                                            metric.wire(),
                                            metric.type().name().toLowerCase(java.util.Locale.ROOT),
                                            String.join(
                                                    ", ",
                                                    metric.labels().stream()
                                                            .map(label -> '`' + label + '`')
                                                            .toList()),
                                            metric.help())
                                    .replace("|  |", "| |"));
        }
        assertThat(page.lines().filter(line -> line.matches("\\| `(mn|jvm|process)_.*")))
                .hasSize(Metric.values().length);
    }
}
