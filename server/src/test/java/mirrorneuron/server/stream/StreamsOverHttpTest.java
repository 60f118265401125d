package mirrorneuron.server.stream;

import static mirrorneuron.server.Served.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import mirrorneuron.server.Served;
import mirrorneuron.server.http.Raw;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Live streams, frame by frame. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsOverHttpTest {

    private Served mn;

    @BeforeAll
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
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

    @Test
    void a_finished_job_replays_its_events_then_ends() throws IOException {
        var job = finished();
        try (var stream = mn.stream("/jobs/" + job + "/events?stream=true")) {
            assertThat(stream.headers())
                    .containsEntry("content-type", "text/event-stream; charset=utf-8")
                    .containsEntry("cache-control", "no-cache")
                    .containsEntry("x-accel-buffering", "no")
                    .doesNotContainKey("content-encoding");
            var frames = stream.rest();
            var end = frames.removeLast();
            assertThat(end.event()).isEqualTo("end");
            assertThat(end.data().string("status")).contains("completed");
            assertThat(frames).allSatisfy(frame -> assertThat(frame.event()).isEqualTo("event"));
            assertThat(frames.stream().map(Served.Frame::id))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, frames.size())
                                    .mapToObj(String::valueOf)
                                    .toList());
            assertThat(frames.getLast().data().string("type")).contains("job_completed");
        }
    }

    @Test
    void a_stream_goes_on_after_what_was_seen() throws IOException {
        var job = finished();
        var path = "/jobs/" + job + "/events";
        for (var asked :
                List.of(
                        mn.stream(path + "?stream=1&after=5"),
                        mn.stream(path, "Accept: text/event-stream", "Last-Event-ID: 5"),
                        mn.stream(path + "?follow=true", "Last-Event-ID: 5"))) {
            try (asked) {
                assertThat(asked.next().orElseThrow().id()).isEqualTo("6");
            }
        }
        try (var unusable = mn.stream(path + "?stream=true", "Last-Event-ID: banana")) {
            assertThat(unusable.next().orElseThrow().id()).isEqualTo("1");
        }
        for (var after : List.of("banana", "-1", "")) {
            try (var unusable = mn.stream(path + "?stream=true&after=" + after)) {
                assertThat(unusable.next().orElseThrow().id()).as(after).isEqualTo("1");
            }
        }
        try (var filtered = mn.stream(path + "?stream=true&types=job_running,job_completed")) {
            assertThat(filtered.rest().stream().map(Served.Frame::event))
                    .containsExactly("event", "event", "end");
        }
    }

    @Test
    void head_of_a_stream_has_its_headers_and_the_connection_goes_on() throws IOException {
        var live = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(live, "running");
        try (var socket = new Socket("127.0.0.1", mn.port())) {
            socket.setSoTimeout(10_000);
            for (var job : List.of(live, finished(), live)) {
                ask(socket, "HEAD", "/jobs/" + job + "/events?stream=true");
                var head = Raw.read(socket, true);
                assertThat(head.status()).isEqualTo(200);
                assertThat(head.headers())
                        .containsEntry("content-type", "text/event-stream; charset=utf-8");
                ask(socket, "GET", "/jobs/" + job);
                var next = Raw.read(socket, false);
                assertThat(next.status()).isEqualTo(200);
                assertThat(next.text()).startsWith("{").contains(job);
            }
        }
        mn.post("/jobs/" + live + "/cancel", "");
    }

    private static void ask(Socket socket, String method, String path) throws IOException {
        var request = "%s /api/v1%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(method, path);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_live_job_sends_events_as_they_happen_and_beats_in_between() throws IOException {
        var job = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        try (var stream = mn.stream("/jobs/" + job + "/events?stream=true&interval=0.25")) {
            var frame = stream.next().orElseThrow();
            while (!frame.event().equals("heartbeat")) {
                frame = stream.next().orElseThrow();
            }
            assertThat(frame.id()).isEmpty();
            assertThat(frame.data().string("job_id")).contains(job);
            assertThat(frame.data().string("ts")).isPresent();
            mn.post("/jobs/" + job + "/pause", "");
            mn.post("/jobs/" + job + "/cancel", "");
            var rest = stream.rest();
            assertThat(rest.stream().map(one -> one.data().string("type").orElse("")))
                    .contains("job_paused", "job_cancelled");
            assertThat(rest.getLast().event()).isEqualTo("end");
            assertThat(rest.getLast().data().string("status")).contains("cancelled");
        }
    }

    @Test
    void progress_sends_a_snapshot_at_once_and_one_at_the_end() throws IOException {
        var job = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        try (var stream = mn.stream("/jobs/" + job + "/workflow-progress/stream?interval=0.25")) {
            var first = stream.next().orElseThrow();
            assertThat(first.event()).isEqualTo("snapshot");
            assertThat(first.data().string("status")).contains("running");
            assertThat(first.id())
                    .isEqualTo(String.valueOf(first.data().integer("sequence").orElse(0)));
            assertThat(stream.next().orElseThrow().event()).isEqualTo("heartbeat");
            mn.post("/jobs/" + job + "/cancel", "");
            var last = stream.rest().getLast();
            assertThat(last.data().string("status")).contains("cancelled");
            var seen = "Last-Event-ID: " + last.id();
            var again = mn.get("/jobs/" + job + "/workflow-progress/stream", seen);
            assertThat(again.status()).isEqualTo(204);
            assertThat(again.body()).isEmpty();
        }
        try (var again = mn.stream("/jobs/" + job + "/workflow-progress/stream")) {
            assertThat(again.rest()).hasSize(1);
        }
    }

    @Test
    void a_long_interval_delays_no_heartbeat_by_more_than_ten_seconds() throws IOException {
        var job = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(job, "running");
        var run = mn.get("/jobs/" + job).json().object("job").string("run_id").orElseThrow();
        long asked = System.nanoTime();
        try (var progress = mn.stream("/jobs/" + job + "/workflow-progress/stream?interval=30");
                var events = mn.stream("/jobs/" + job + "/events?stream=true&interval=30");
                var records = mn.stream("/runs/" + run + "/stream?interval=60")) {
            for (var stream : List.of(progress, events, records)) {
                var frame = stream.next().orElseThrow();
                while (!frame.event().equals("heartbeat")) {
                    frame = stream.next().orElseThrow();
                }
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(14));
        mn.post("/jobs/" + job + "/cancel", "");
    }

    @Test
    void an_interval_out_of_range_is_refused_before_the_stream_begins() throws IOException {
        var job = finished();
        for (var interval : List.of("0.1", "31", "NaN", "x")) {
            for (var path : List.of("/events?stream=true&", "/workflow-progress/stream?")) {
                assertThat(refusal(mn.get("/jobs/" + job + path + "interval=" + interval)))
                        .isEqualTo("400 invalid_query");
            }
        }
    }

    @Test
    void a_stop_tells_readers_that_they_may_come_again(@TempDir Path home) throws Exception {
        var own = Served.at(home);
        var job = own.submit(Served.idle(), Map.of());
        own.awaitStatus(job, "running");
        var run = own.get("/jobs/" + job).json().object("job").string("run_id").orElseThrow();
        try (var events = own.stream("/jobs/" + job + "/events?stream=true&interval=30");
                var records = own.stream("/runs/" + run + "/stream?interval=30");
                var samples = own.stream("/runs/" + run + "/resources/stream?interval=0.25");
                var progress =
                        own.stream("/jobs/" + job + "/workflow-progress/stream?interval=30")) {
            events.next();
            progress.next();
            records.next();
            assertThat(samples.next().orElseThrow().event()).isEqualTo("heartbeat");
            own.close();
            var last = events.rest().getLast();
            assertThat(last.event()).isEqualTo("error");
            assertThat(last.data().string("error").orElse("")).contains("stopping");
            for (var stream : List.of(progress, records, samples)) {
                assertThat(stream.rest().getLast().event()).isEqualTo("error");
            }
        }
        try (var again = Served.at(home)) {
            assertThat(again.status(job)).isEqualTo("running");
        }
    }
}
