package mirrorneuron.server.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans as a collector sees them, sent by a server that runs real jobs. */
class TracesOverHttpTest {

    private static final String CALLER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER_SPAN = "00f067aa0ba902b7";

    @TempDir Path home;

    private Collector collector; // made before each test

    @BeforeEach
    void collect() throws IOException {
        collector = new Collector();
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private Served served() throws IOException {
        return Served.at(
                home,
                Map.of(
                        "MN_OTLP_ENDPOINT",
                        collector.endpoint() + "/",
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "x-key=a%20b",
                        "OTEL_SERVICE_NAME",
                        "testing",
                        "MN_SANDBOX_FALLBACK",
                        "host_local"));
    }

    /** The spans of a job by their names, once its own has arrived: it is the last. */
    private Map<String, Collector.Received> spans(String job) {
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                collector.spans().stream()
                                        .anyMatch(
                                                span ->
                                                        span.name().equals("job")
                                                                && of(job, span)));
        return collector.spans().stream()
                .filter(span -> of(job, span))
                .collect(Collectors.toMap(Collector.Received::name, span -> span));
    }

    private static Collector.Received span(Map<String, Collector.Received> spans, String key) {
        var span = spans.get(key);
        if (span == null) {
            throw new AssertionError("no span " + key + " in " + spans.keySet());
        }
        return span;
    }

    private static boolean of(String job, Collector.Received span) {
        return job.equals(span.attributes().get("mn.job_id"));
    }

    private static List<JsonObject> events(Served served, String job) throws IOException {
        return Served.objects(served.get("/jobs/" + job + "/events?limit=1000").json(), "data");
    }

    private static JsonObject event(List<JsonObject> events, String type) {
        return events.stream()
                .filter(event -> event.string("type").filter(type::equals).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static String spanId(JsonObject event) {
        return TraceIds.span(event.string("span_id").orElseThrow());
    }

    private static long nanos(JsonObject event) {
        return Timestamps.parse(event.string("timestamp").orElseThrow()).toEpochMilli() * 1_000_000;
    }

    @Test
    void a_job_its_attempts_and_workers_are_spans_with_the_ids_of_its_events() throws Exception {
        try (var served = served()) {
            var job = served.submit(Served.smallest(), Map.of("work.sh", "echo '{}'"));
            served.awaitStatus(job, "completed");
            var spans = spans(job);
            var events = events(served, job);

            assertThat(spans).containsOnlyKeys("job", "attempt worker", "worker worker");
            var root = span(spans, "job");
            var traceId = event(events, "job_pending").string("trace_id").orElseThrow();
            assertThat(spans.values())
                    .allMatch(span -> span.traceId().equals(TraceIds.trace(traceId)));
            assertThat(root.spanId()).isEqualTo(spanId(event(events, "job_pending")));
            assertThat(root.parentId()).isEmpty();
            assertThat(root.start()).isEqualTo(nanos(event(events, "job_pending")));
            assertThat(root.end()).isEqualTo(nanos(event(events, "job_completed")));
            assertThat(root.status()).isZero();
            assertThat(root.attributes())
                    .containsEntry("mn.graph_id", "smallest")
                    .containsEntry("mn.run_id", job)
                    .containsEntry("mn.status", "completed");

            var attempt = span(spans, "attempt worker");
            assertThat(attempt.spanId())
                    .isEqualTo(spanId(event(events, "executor_lease_requested")));
            assertThat(attempt.parentId()).isEqualTo(root.spanId());
            assertThat(attempt.attributes())
                    .containsEntry("mn.agent_id", "worker")
                    .containsEntry("mn.attempt_id", "worker-a1");

            var worker = span(spans, "worker worker");
            assertThat(worker.parentId()).isEqualTo(attempt.spanId());
            assertThat(worker.start()).isEqualTo(nanos(event(events, "executor_lease_acquired")));
            assertThat(worker.end()).isEqualTo(nanos(event(events, "executor_lease_released")));
            assertThat(worker.attributes()).containsEntry("mn.queue_wait_ms", "0");

            assertThat(collector.resource()).containsEntry("service.name", "testing");
            assertThat(collector.headers())
                    .containsEntry("x-key", "a b")
                    .containsEntry("content-type", "application/x-protobuf");
            assertThat(served.get("/metrics", "Accept: text/plain").text())
                    .contains(
                            "mn_trace_spans_total{outcome=\"sent\"} 3\n",
                            "mn_trace_spans_total{outcome=\"lost\"} 0\n");
        }
    }

    @Test
    void steps_hold_their_attempts_and_these_what_agents_do() throws Exception {
        try (var served = served()) {
            var job =
                    served.submit(
                            Served.manifest(
                                    Files.readString(
                                            Path.of("../examples/branch_review/manifest.json"))),
                            payloads(Path.of("../examples/branch_review/payloads")));
            served.awaitStatus(job, "completed");
            var events = events(served, job);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> collector.spans().stream().anyMatch(s -> s.name().equals("job")));
            var byId =
                    collector.spans().stream()
                            .collect(Collectors.toMap(Collector.Received::spanId, span -> span));
            var root = span(byId, spanId(event(events, "job_pending")));
            int steps = 0;
            for (var event : events) {
                if (event.string("type").orElse("").equals("workflow_step_started")) {
                    var step = span(byId, spanId(event));
                    assertThat(step.name()).isEqualTo("step " + event.string("step_id").get());
                    assertThat(step.parentId()).isEqualTo(root.spanId());
                    assertThat(step.attributes()).containsEntry("mn.status", "completed");
                    steps++;
                } else if (event.string("type")
                        .orElse("")
                        .equals("workflow_step_attempt_started")) {
                    var attempt = span(byId, spanId(event));
                    var step = span(byId, attempt.parentId());
                    assertThat(step.name()).isEqualTo("step " + event.string("step_id").get());
                } else if (event.string("type").orElse("").equals("executor_lease_requested")) {
                    var delivery = span(byId, spanId(event));
                    var attempt = span(byId, delivery.parentId());
                    assertThat(attempt.attributes())
                            .containsEntry("mn.step_id", event.string("agent_id").get());
                }
            }
            assertThat(steps).isGreaterThanOrEqualTo(3);
            assertThat(collector.spans().stream().filter(s -> s.name().startsWith("worker ")))
                    .hasSize(steps)
                    .allMatch(s -> span(byId, s.parentId()).name().startsWith("attempt "));
        }
    }

    private static Map<String, String> payloads(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .collect(
                            Collectors.toMap(
                                    file -> folder.relativize(file).toString(),
                                    file -> {
                                        try {
                                            return Files.readString(file);
                                        } catch (IOException unreadable) {
                                            throw new UncheckedIOException(unreadable);
                                        }
                                    }));
        }
    }

    @Test
    void what_failed_says_why() throws Exception {
        try (var served = served()) {
            var job = served.submit(Served.smallest(), Map.of("work.sh", "exit 3"));
            served.awaitStatus(job, "failed");
            var spans = spans(job);
            assertThat(span(spans, "job").status()).isEqualTo(2);
            assertThat(span(spans, "job").message()).isNotBlank();
            assertThat(span(spans, "attempt worker").status()).isEqualTo(2);
            assertThat(span(spans, "attempt worker").message())
                    .isEqualTo("command exited with status 3");
        }
    }

    @Test
    void a_job_goes_on_in_the_trace_of_its_caller() throws Exception {
        try (var served = served()) {
            var job = submit(served, "-01", "");
            served.awaitStatus(job, "completed");
            var root = span(spans(job), "job");
            assertThat(root.traceId()).isEqualTo(CALLER_TRACE);
            assertThat(root.parentId()).isEqualTo(CALLER_SPAN);
            assertThat(events(served, job))
                    .allMatch(
                            event ->
                                    event.string("trace_id")
                                            .filter(CALLER_TRACE::equals)
                                            .isPresent());
        }
    }

    @Test
    void a_repetition_from_another_span_is_the_same_submission() throws Exception {
        try (var served = served()) {
            var first = submit(served, "-01", "Idempotency-Key: k1");
            var answer = served.post("/jobs", body(), "Idempotency-Key: k1");
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.json().string("job_id")).hasValue(first);
        }
    }

    @Test
    void a_caller_that_does_not_record_wants_no_spans() throws Exception {
        try (var served = served()) {
            var quiet = submit(served, "-00", "");
            served.awaitStatus(quiet, "completed");
            var loud = submit(served, "-01", "");
            served.awaitStatus(loud, "completed");
            spans(loud);
            assertThat(collector.spans()).noneMatch(span -> of(quiet, span));
        }
    }

    private static String body() {
        return JsonObject.builder()
                .put("manifest", Served.smallest())
                .put("payloads", JsonObject.builder().put("work.sh", "echo '{}'").build())
                .build()
                .toString();
    }

    private static String submit(Served served, String flags, String header) throws IOException {
        var parent = "traceparent: 00-" + CALLER_TRACE + "-" + CALLER_SPAN + flags;
        var answer =
                header.isEmpty()
                        ? served.post("/jobs", body(), parent)
                        : served.post("/jobs", body(), parent, header);
        assertThat(answer.status()).isEqualTo(201);
        return answer.json().string("job_id").orElseThrow();
    }

    @Test
    void a_restart_keeps_beginnings_and_sends_nothing_twice() throws Exception {
        String running;
        String done;
        long began;
        try (var served = served()) {
            done = served.submit(Served.smallest(), Map.of("work.sh", "echo '{}'"));
            served.awaitStatus(done, "completed");
            running = served.submit(Served.idle(), Map.of());
            served.awaitStatus(running, "running");
            spans(done);
            began = nanos(event(events(served, running), "job_pending"));
        }
        int before = collector.spans().size();
        try (var served = served()) {
            served.awaitStatus(running, "running");
            served.call("POST", "/jobs/" + running + "/cancel", "");
            served.awaitStatus(running, "cancelled");
            var root = span(spans(running), "job");
            assertThat(root.start()).isEqualTo(began);
            assertThat(root.attributes()).containsEntry("mn.status", "cancelled");
        }
        assertThat(collector.spans()).hasSize(before + 1);
    }

    @Test
    void a_collector_that_refuses_costs_spans_and_nothing_else() throws Exception {
        collector.answer(400);
        try (var served = served()) {
            var job = served.submit(Served.smallest(), Map.of("work.sh", "echo '{}'"));
            served.awaitStatus(job, "completed");
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () ->
                                    served.get("/metrics", "Accept: text/plain")
                                            .text()
                                            .contains(
                                                    "mn_trace_spans_total{outcome=\"lost\"} 3\n"));
            collector.answer(200);
            var next = served.submit(Served.smallest(), Map.of("work.sh", "echo '{}'"));
            served.awaitStatus(next, "completed");
            assertThat(spans(next)).hasSize(3);
        }
    }

    @Test
    void what_still_waits_is_sent_when_the_server_stops() throws Exception {
        String job;
        try (var served = served()) {
            job = served.submit(Served.smallest(), Map.of("work.sh", "echo '{}'"));
            served.awaitStatus(job, "completed");
        }
        assertThat(collector.spans()).filteredOn(span -> of(job, span)).hasSize(3);
    }

    @Test
    void what_ends_while_the_server_stops_is_sent_too() throws Exception {
        var begun = home.resolve("begun");
        var stopping = home.resolve("stopping");
        String job;
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        try (var served = served()) {
            job =
                    served.submit(
                            Served.smallest(),
                            Map.of(
                                    "work.sh",
                                    "touch "
                                            + begun
                                            + "; while [ ! -e "
                                            + stopping
                                            + " ]; do sleep 0.05; done; echo '{}'"));
            await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(begun));
            // The endpoint file goes when requests are done and workers are waited for.
            threads.submit(
                    () -> {
                        await().atMost(Duration.ofSeconds(20))
                                .until(
                                        () ->
                                                Files.notExists(
                                                        home.resolve("runtime-endpoints.json")));
                        return Files.createFile(stopping);
                    });
        } finally {
            threads.close();
        }
        assertThat(collector.spans())
                .filteredOn(span -> of(job, span))
                .extracting(Collector.Received::name)
                .containsExactlyInAnyOrder("attempt worker", "worker worker");
        // A server that stops begins nothing new, so the job itself ends at the next start.
        try (var served = served()) {
            served.awaitStatus(job, "completed");
        }
        assertThat(collector.spans())
                .filteredOn(span -> of(job, span))
                .extracting(Collector.Received::name)
                .containsExactlyInAnyOrder("job", "attempt worker", "worker worker");
    }

    @Test
    void a_collector_that_does_not_answer_does_not_hold_up_a_stop() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var served =
                    Served.at(
                            home,
                            Map.of(
                                    "MN_OTLP_ENDPOINT",
                                    "http://127.0.0.1:" + silent.getLocalPort(),
                                    "MN_SANDBOX_FALLBACK",
                                    "host_local"));
            var job = served.submit(Served.smallest(), Map.of("work.sh", "echo '{}'"));
            served.awaitStatus(job, "completed");
            long began = System.nanoTime();
            served.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(9));
        }
    }
}
