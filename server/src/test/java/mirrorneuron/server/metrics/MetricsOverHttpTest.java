package mirrorneuron.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import mirrorneuron.protocol.job.GetJobRequest;
import mirrorneuron.protocol.job.ListJobsRequest;
import mirrorneuron.protocol.observability.StreamEventsRequest;
import mirrorneuron.server.Served;
import mirrorneuron.server.grpc.Client;
import mirrorneuron.server.http.Raw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsOverHttpTest {

    @TempDir Path home;

    private static Map<String, Double> samples(Served served) throws IOException {
        var answer = served.get("/metrics", "Accept: text/plain");
        assertThat(answer.status()).isEqualTo(200);
        return answer.text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(
                        Collectors.toMap(
                                line -> line.substring(0, line.lastIndexOf(' ')),
                                line ->
                                        Double.parseDouble(
                                                line.substring(line.lastIndexOf(' ') + 1))));
    }

    private static String counted(String route) {
        return "mn_http_requests_total{route=\"" + route + "\",method=\"GET\",status=\"200\"}";
    }

    @Test
    void the_summary_is_json_and_the_text_has_every_metric() throws IOException {
        try (var served = Served.at(home);
                var client = Client.of(served)) {
            assertThat(client.jobs().listJobs(ListJobsRequest.getDefaultInstance())).isNotNull();
            var summary = served.get("/metrics");
            assertThat(summary.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("vary", "Accept");
            assertThat(summary.json().object("jobs").integer("total")).hasValue(0);

            // A request is counted when its answer is out, which its caller may know before.
            await().untilAsserted(
                            () -> assertThat(samples(served)).containsKey(counted("/metrics")));
            var text = served.get("/metrics", "Accept: text/plain");
            assertThat(text.headers())
                    .containsEntry("content-type", "text/plain; version=0.0.4; charset=utf-8");
            for (var metric : Metric.values()) {
                assertThat(text.text()).contains("# TYPE " + metric.wire() + " ");
            }
            var open = served.get("/metrics", "Accept: application/openmetrics-text");
            assertThat(open.headers().get("content-type"))
                    .startsWith("application/openmetrics-text; version=1.0.0");
            assertThat(open.text()).endsWith("\n# EOF\n").contains("# TYPE mn_commits counter\n");
        }
    }

    @Test
    void what_a_job_does_shows_in_the_numbers() throws IOException {
        try (var served = Served.at(home)) {
            var done = served.submit(Served.smallest(), Map.of("work.sh", "echo '{}'"));
            served.awaitStatus(done, "completed");
            var idle = served.submit(Served.idle(), Map.of());
            served.awaitStatus(idle, "running");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () ->
                                    assertThat(samples(served))
                                            .containsEntry("mn_recorder_waiting_jobs", 0.0)
                                            .containsEntry(
                                                    "mn_http_requests_total{route=\"/jobs\",method=\"POST\",status=\"201\"}",
                                                    2.0));

            var after = samples(served);
            assertThat(after)
                    .containsEntry("mn_jobs{status=\"completed\"}", 1.0)
                    .containsEntry("mn_jobs{status=\"running\"}", 1.0)
                    .containsEntry("mn_live_jobs", 1.0)
                    .containsEntry("mn_jobs_created_total", 2.0)
                    .containsEntry(
                            "mn_http_request_duration_seconds_count{route=\"/jobs\",method=\"POST\"}",
                            2.0)
                    .containsEntry("mn_worker_slots{pool=\"default\",state=\"in_use\"}", 0.0)
                    .containsEntry("mn_worker_queue_depth{pool=\"default\"}", 0.0);
            assertThat(after.get("mn_worker_slots{pool=\"default\",state=\"available\"}"))
                    .isPositive();
            long events = events(served, done) + events(served, idle);
            assertThat(after).containsEntry("mn_events_committed_total", (double) events);
            assertThat(after.get("mn_commits_total"))
                    .isGreaterThan(3)
                    .isLessThanOrEqualTo(after.get("mn_events_committed_total"));
            assertThat(after.get("mn_store_sync_seconds_count")).isPositive();
            assertThat(after.get("mn_store_sync_seconds_bucket{le=\"+Inf\"}"))
                    .isEqualTo(after.get("mn_store_sync_seconds_count"));
            assertThat(after.get("process_open_fds")).isPositive();
        }
    }

    private static long events(Served served, String job) throws IOException {
        return served.get("/jobs/" + job + "/events?limit=1000").json().array("data").size();
    }

    @Test
    void callers_cannot_make_up_rows() throws IOException {
        try (var served = Served.at(home)) {
            for (int i = 0; i < 3; i++) {
                served.get("/no/such/place" + i);
                served.get("/jobs/unknown" + i);
                served.call("BREW" + i, "/jobs", "");
                Raw.send(served.port(), "nonsense\r\n\r\n");
            }
            await().untilAsserted(
                            () ->
                                    assertThat(samples(served))
                                            .containsEntry(
                                                    "mn_http_requests_total{route=\"none\",method=\"GET\",status=\"404\"}",
                                                    3.0)
                                            .containsEntry(
                                                    "mn_http_requests_total{route=\"/jobs/{job_id}\",method=\"GET\",status=\"404\"}",
                                                    3.0)
                                            .containsEntry(
                                                    "mn_http_requests_total{route=\"none\",method=\"other\",status=\"405\"}",
                                                    3.0)
                                            .containsEntry(
                                                    "mn_http_requests_total{route=\"none\",method=\"other\",status=\"400\"}",
                                                    3.0));
        }
    }

    @Test
    void calls_over_grpc_are_counted_by_how_they_ended() throws IOException {
        try (var served = Served.at(home);
                var client = Client.of(served)) {
            var strict = client.with("x-mn-strict", "1");
            var unknown = GetJobRequest.newBuilder().setJobId("unknown").build();
            for (int i = 0; i < 3; i++) {
                client.submit(Served.idle(), Map.of());
                Client.refused(() -> strict.jobs().getJob(unknown));
            }
            var followed =
                    client.events()
                            .streamEvents(
                                    StreamEventsRequest.newBuilder()
                                            .setJobId(client.submit(Served.idle(), Map.of()))
                                            .setFollow(true)
                                            .build());
            assertThat(followed.next().getEventJson()).isNotEmpty();

            var service = "mn_grpc_calls_total{method=\"mirrorneuron.job.v1.JobService/";
            assertThat(samples(served))
                    .containsEntry(service + "SubmitJob\",status=\"OK\"}", 4.0)
                    .containsEntry(service + "GetJob\",status=\"NOT_FOUND\"}", 3.0)
                    .containsEntry(
                            "mn_grpc_call_duration_seconds_count{method=\"mirrorneuron.job.v1.JobService/SubmitJob\"}",
                            4.0)
                    .containsEntry("mn_grpc_open_streams", 1.0);
        }
    }

    @Test
    void open_streams_are_counted_while_they_are_open() throws IOException {
        try (var served = Served.at(home)) {
            var job = served.submit(Served.idle(), Map.of());
            try (var stream =
                    served.stream("/jobs/" + job + "/events", "Accept: text/event-stream")) {
                assertThat(stream.next()).isPresent();
                assertThat(samples(served)).containsEntry("mn_http_open_streams", 1.0);
                served.call("POST", "/jobs/" + job + "/cancel", "");
                assertThat(stream.rest()).isNotEmpty();
            }
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () ->
                                    assertThat(samples(served))
                                            .containsEntry("mn_http_open_streams", 0.0)
                                            .containsKey(
                                                    "mn_http_requests_total{route=\"/jobs/{job_id}/events\",method=\"GET\",status=\"200\"}")
                                            .doesNotContainKey(
                                                    "mn_http_request_duration_seconds_count{route=\"/jobs/{job_id}/events\",method=\"GET\"}"));
        }
    }
}
