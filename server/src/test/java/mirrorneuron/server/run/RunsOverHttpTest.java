package mirrorneuron.server.run;

import static mirrorneuron.server.Served.objects;
import static mirrorneuron.server.Served.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.Served;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs, as a client with a socket sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunsOverHttpTest {

    private static final String WORK =
            """
            echo hello
            echo oops >&2
            printf '# Report' > "$MN_RUN_DIR/report.md"
            mkdir -p "$MN_RUN_DIR/figures"
            printf 'x,y' > "$MN_RUN_DIR/figures/a b.csv"
            printf 'odd' > "$MN_RUN_DIR"/'odd\\name.txt'
            cd "$MN_RUN_DIR"
            mkdir 'odd\\folder'
            printf 'odd' > 'odd\\folder/odd.txt'
            ln -s /etc/passwd stolen.txt
            ln -s stolen.txt stolen-twice.txt
            ln -s /etc stolen
            ln -s report.md newest.md
            ln -s "../figures/a b.csv" figures/newest.csv
            ln -s figures charts
            ln -s .hidden shown.txt
            printf 'hidden' > .hidden
            ln -s round round
            ln -s nowhere nothing.txt
            """;

    private Served mn;
    private String job = "";
    private String run = "";

    @BeforeAll
    void serve(@TempDir Path home) throws IOException {
        mn = Served.at(home);
        job = mn.submit(Served.smallest(), Map.of("work.sh", WORK));
        mn.awaitStatus(job, "completed");
        run = mn.get("/jobs/" + job).json().object("job").string("run_id").orElseThrow();
    }

    @AfterAll
    void stop() {
        mn.close();
    }

    private JsonObject read(String path) throws IOException {
        var answer = mn.get("/runs/" + run + path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void a_run_that_ended_has_a_result_and_a_final_artifact() throws IOException {
        var result = read("/result");
        assertThat(result.string("run_id")).contains(run);
        assertThat(result.string("job_id")).contains(job);
        assertThat(result.string("status")).contains("completed");
        assertThat(result.at("result")).isInstanceOf(JsonObject.class);
        assertThat(result.string("completed_at")).isPresent();
        var artifact = read("/final-artifact");
        assertThat(artifact.string("type")).contains("run_result");
        assertThat(artifact.string("run_id")).contains(run);
    }

    @Test
    void artifacts_are_listed_with_stable_ids_and_can_be_fetched_by_url() throws IOException {
        var list = read("/artifacts");
        assertThat(list.array("data")).isEqualTo(list.array("artifacts"));
        var artifacts = objects(list, "artifacts");
        var ids = artifacts.stream().map(a -> a.string("artifact_id").orElse("")).toList();
        assertThat(ids)
                .contains(
                        "events_jsonl",
                        "logs_jsonl",
                        "errors_jsonl",
                        "timeline_jsonl",
                        "timeline_json",
                        "observability_summary_json",
                        "result_json",
                        "final_artifact_json",
                        "run_json",
                        "report_md",
                        "figures_a_b_csv")
                .doesNotHaveDuplicates()
                .noneMatch(id -> id.contains("stolen"));
        for (var artifact : artifacts) {
            var url = artifact.string("url").orElseThrow();
            assertThat(url).startsWith("/api/v1/runs/" + run + "/artifacts/");
            var file = mn.get(url.substring(Served.API.length()));
            assertThat(file.status()).as(url).isEqualTo(200);
            assertThat((long) file.body().length)
                    .as(url)
                    .isEqualTo(artifact.integer("size_bytes").orElse(-1))
                    .isEqualTo(artifact.integer("size").orElse(-2));
            assertThat(file.headers())
                    .containsEntry("etag", '"' + artifact.string("sha256").orElse("") + '"')
                    .containsEntry("content-type", artifact.string("content_type").orElse("none"))
                    .containsEntry("x-content-type-options", "nosniff");
            assertThat(artifact.string("path")).isEqualTo(artifact.string("relative_path"));
            assertThat(artifact.string("id")).isEqualTo(artifact.string("artifact_id"));
            assertThat(artifact.string("mime_type")).isEqualTo(artifact.string("content_type"));
            artifact.forEach((name, value) -> assertThat(value.isNull()).as(name).isFalse());
        }
        assertThat(mn.get("/runs/" + run + "/artifacts/report_md").text()).isEqualTo("# Report");
        var part = mn.get("/runs/" + run + "/artifacts/report.md", "Range: bytes=2-");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("Report");
    }

    @Test
    void a_link_is_the_file_that_it_leads_to_as_long_as_that_is_one_of_the_run()
            throws IOException {
        var files =
                objects(read("/artifacts"), "artifacts").stream()
                        .map(artifact -> artifact.string("path").orElse(""))
                        .toList();
        assertThat(files)
                .contains("newest.md", "figures/newest.csv")
                // What lies in a folder is listed where the folder is.
                .noneMatch(path -> path.startsWith("charts"))
                .noneMatch(path -> path.startsWith("stolen"))
                .doesNotContain("shown.txt", "round", "nothing.txt");
        var newest = mn.get("/runs/" + run + "/artifacts/newest.md");
        assertThat(newest.text()).isEqualTo("# Report");
        assertThat(newest.headers()).containsEntry("content-type", "text/markdown; charset=utf-8");
        assertThat(mn.get("/runs/" + run + "/artifacts/figures/newest.csv").text())
                .isEqualTo("x,y");
    }

    @Test
    void a_name_that_no_url_may_hold_is_not_listed() throws IOException {
        assertThat(mn.get("/runs/" + run + "/artifacts").text()).doesNotContain("odd");
        assertThat(refusal(mn.get("/runs/" + run + "/artifacts/odd%5Cname.txt")))
                .isEqualTo("400 unsafe_path");
        assertThat(mn.get("/runs/" + run + "/artifacts/odd_name_txt").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../run.json",
                "..%2frun.json",
                "%2e%2e/run.json",
                "figures/../report.md",
                "%2fetc%2fpasswd",
                "/etc/passwd",
                "..%5crun.json",
                "report.md%00",
                "stolen.txt",
                "stolen-twice.txt",
                "stolen/passwd",
                "charts/a%20b.csv",
                "shown.txt",
                "round",
                "nothing.txt",
                ".position.json"
            })
    void a_path_that_is_no_artifact_gives_no_content(String path) throws IOException {
        var answer = mn.get("/runs/" + run + "/artifacts/" + path);
        assertThat(answer.status()).isIn(400, 403, 404);
        assertThat(answer.text()).doesNotContain("root:");
        assertThat(answer.json().string("error")).isPresent();
    }

    @Test
    void nobody_opens_windows_on_the_server() throws IOException {
        assertThat(refusal(mn.post("/runs/" + run + "/artifacts/report.md/reveal", "")))
                .isEqualTo("403 permission_denied");
        assertThat(refusal(mn.post("/runs/" + run + "/outputs/0/reveal", "")))
                .isEqualTo("403 permission_denied");
        assertThat(mn.get("/runs/" + run + "/artifacts").text()).doesNotContain("reveal_url");
        assertThat(mn.post("/runs/" + run + "/artifacts/report.md", "").status()).isEqualTo(405);
    }

    @Test
    void what_commands_print_are_logs_and_levels_are_minimums() throws IOException {
        var logs = objects(read("/logs?limit=0"), "data");
        assertThat(logs)
                .anySatisfy(
                        line -> {
                            assertThat(line.string("message").orElse("")).contains("hello");
                            assertThat(line.string("level")).contains("INFO");
                            assertThat(line.string("component")).contains("executor");
                            assertThat(line.string("agent_id")).contains("worker");
                        })
                .anySatisfy(
                        line -> {
                            assertThat(line.string("message").orElse("")).contains("oops");
                            assertThat(line.string("level")).contains("WARN");
                        });
        var warnings = objects(read("/logs?level=WARN"), "data");
        assertThat(warnings)
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(line.string("level").orElse("")).isIn("WARN", "ERROR"));
        assertThat(refusal(mn.get("/runs/" + run + "/logs?level=loud")))
                .isEqualTo("400 invalid_query");
    }

    @Test
    void events_of_a_run_are_those_of_its_job_and_its_own_course_around_them() throws IOException {
        var events = objects(read("/events?limit=0"), "data");
        var ofJob = objects(mn.get("/jobs/" + job + "/events").json(), "data");
        assertThat(events.getFirst().string("type")).contains("run_started");
        assertThat(events.get(1).string("type")).contains("inputs_loaded");
        assertThat(events.getLast().string("type")).contains("run_completed");
        assertThat(events.subList(2, events.size() - 1).stream().map(event -> event.at("seq")))
                .containsExactlyElementsOf(ofJob.stream().map(event -> event.at("seq")).toList());
        assertThat(objects(read("/events?limit=2"), "data"))
                .isEqualTo(events.subList(events.size() - 2, events.size()));
        var last = events.getLast().string("ts").orElseThrow();
        assertThat(objects(read("/events?since=" + last), "data")).isEmpty();
    }

    @Test
    void the_timeline_begins_with_the_start_and_ends_with_the_end() throws IOException {
        var timeline = objects(read("/timeline"), "data");
        assertThat(timeline.getFirst().string("type")).contains("run_started");
        assertThat(timeline.getLast().string("type")).contains("run_completed");
        assertThat(timeline)
                .allSatisfy(
                        record ->
                                assertThat(record.string("schema_version"))
                                        .contains("mn.timeline.v1"));
    }

    @Test
    void the_summary_counts_what_the_files_hold() throws IOException {
        var summary = read("/observability-summary");
        assertThat(summary.string("schema_version")).contains("mn.observability_summary.v1");
        assertThat(summary.object("counts").integer("errors")).hasValue(0);
        assertThat(summary.object("counts").integer("events").orElse(0))
                .as("the numbered ones: the run's own course is counted by nobody")
                .isEqualTo(objects(read("/events?limit=0"), "data").size() - 3);
        assertThat(summary.integer("duration_ms")).isPresent();
        assertThat(summary.object("resource_peaks").number("max_cpu_pct")).isPresent();
        assertThat(summary.object("token_totals").integer("total_tokens")).isPresent();
    }

    @Test
    void resources_come_in_buckets() throws IOException {
        var resources = read("/resources?window=2h&bucket=60");
        assertThat(resources.integer("window_seconds")).hasValue(7_200);
        assertThat(resources.integer("bucket_seconds")).hasValue(60);
        assertThat(resources.integer("sample_count").orElse(0)).isPositive();
        assertThat(resources.object("peaks").number("max_memory_rss_mb")).isPresent();
        var llm = resources.object("latest").object("llm");
        for (var count : List.of("input_tokens", "output_tokens", "total_tokens", "calls")) {
            assertThat(llm.integer(count)).as(count).hasValue(0);
        }
        assertThat(llm.bool("estimated")).contains(false);
        var parts = read("/resources?window=1.5h&bucket=0.5");
        assertThat(parts.integer("window_seconds")).hasValue(5_400);
        assertThat(parts.at("bucket_seconds")).hasToString("0.5");
        for (var query :
                List.of(
                        "window=",
                        "bucket=1w",
                        "window=x",
                        "window=999999999999d",
                        "window=1.h",
                        "window=.5h",
                        "window=1.2.3h",
                        "bucket=0.0",
                        "bucket=0.0001s")) {
            assertThat(mn.get("/runs/" + run + "/resources?" + query).status())
                    .as(query)
                    .isEqualTo(400);
        }
    }

    @Test
    void details_of_the_job_link_the_files_of_its_run() throws IOException {
        var details = mn.get("/jobs/" + job).json();
        assertThat(details.object("observability_summary").string("run_id")).contains(run);
        assertThat(
                        objects(details, "artifacts").stream()
                                .map(artifact -> artifact.string("artifact_id").orElse("")))
                .contains("timeline_jsonl", "events_jsonl", "logs_jsonl", "errors_jsonl");
        assertThat(details.object("job").array("artifacts")).isEqualTo(details.array("artifacts"));
        assertThat(details.has("web_ui")).isFalse();
    }

    @Test
    void a_run_without_a_page_of_its_own_has_the_usual_one() throws IOException {
        var ui = read("/ui");
        assertThat(ui.object("ui").string("adapter")).contains("json-render");
        assertThat(ui.object("web_ui").isEmpty()).isTrue();
        assertThat(ui.object("job").isEmpty()).isFalse();
        assertThat(ui.array("events").size()).isPositive();
        assertThat(refusal(mn.get("/runs/" + run + "/ui/video"))).isEqualTo("404 video_not_found");
    }

    @Test
    void unknown_and_malformed_runs_are_told_apart() throws IOException {
        for (var path :
                List.of(
                        "/result",
                        "/final-artifact",
                        "/artifacts",
                        "/artifacts/a.txt",
                        "/outputs",
                        "/outputs/0",
                        "/events",
                        "/logs",
                        "/timeline",
                        "/observability-summary",
                        "/resources",
                        "/resources/stream",
                        "/human",
                        "/ui",
                        "/ui/video",
                        "/stream")) {
            assertThat(refusal(mn.get("/runs/nobody" + path)))
                    .as(path)
                    .isEqualTo("404 run_not_found");
            assertThat(refusal(mn.get("/runs/a:b" + path))).as(path).isEqualTo("400 invalid_id");
            assertThat(refusal(mn.get("/runs/%2e%2e" + path))).as(path).isEqualTo("400 invalid_id");
        }
    }

    // People

    @Test
    void a_worker_asks_and_a_person_answers_once() throws IOException {
        var asking =
                mn.submit(
                        Served.smallest(),
                        Map.of(
                                "work.sh",
                                """
                                printf '{"type":"human_input_requested","payload":{"request_id":"r1","prompt":"Ship?","allowed_decisions":["approve","reject"]}}\\n' >> "$MN_RUN_DIR/human.jsonl"
                                printf '{"type":"human_notice","payload":{"notice_id":"n1","message":"Look"}}\\n' >> "$MN_RUN_DIR/human.jsonl"
                                """));
        mn.awaitStatus(asking, "completed");
        var id = mn.get("/jobs/" + asking).json().object("job").string("run_id").orElseThrow();
        var human = "/runs/" + id + "/human";
        var pending = objects(mn.get(human + "?status=pending").json(), "data");
        assertThat(pending.stream().map(record -> record.string("type").orElse("")))
                .containsExactlyInAnyOrder("human_input_requested", "human_notice");
        assertThat(refusal(mn.post(human + "/nobody/response", "{\"decision\":\"approve\"}")))
                .isEqualTo("404 human_request_not_found");
        assertThat(mn.post(human + "/r1/response", "").status()).isEqualTo(400);
        assertThat(mn.post(human + "/r1/response", "{\"decision\":\"maybe\"}").status())
                .isEqualTo(422);
        var answered =
                mn.post(human + "/r1/response", "{\"decision\":\"approve\",\"notes\":\"ok\"}");
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        assertThat(answered.json().string("type")).contains("human_input_received");
        var payload = answered.json().object("payload");
        assertThat(payload.string("request_id")).contains("r1");
        assertThat(payload.bool("approved")).contains(true);
        assertThat(payload.has("response")).isTrue();
        assertThat(refusal(mn.post(human + "/r1/response", "{\"decision\":\"reject\"}")))
                .isEqualTo("409 already_responded");
        var seen = mn.post(human + "/n1/ack", "");
        assertThat(seen.json().string("type")).contains("human_notice_acknowledged");
        assertThat(mn.post(human + "/n1/ack", "{}").json()).isEqualTo(seen.json());
        assertThat(refusal(mn.post(human + "/nobody/ack", "")))
                .isEqualTo("404 human_notice_not_found");
        assertThat(objects(mn.get(human + "?status=pending").json(), "data")).isEmpty();
    }

    // Streams

    @Test
    void channels_are_merged_in_the_order_of_time_and_resumed_after_a_record() throws IOException {
        try (var stream = mn.stream("/runs/" + run + "/stream")) {
            var frames = stream.rest();
            var end = frames.removeLast();
            assertThat(end.event()).isEqualTo("end");
            assertThat(end.data().string("status")).contains("completed");
            assertThat(new HashSet<>(frames.stream().map(Served.Frame::event).toList()))
                    .contains("events", "logs", "resources")
                    .doesNotContain("timeline");
            var times = frames.stream().map(frame -> frame.data().string("ts").orElse("")).toList();
            assertThat(times).isSorted();
            assertThat(frames)
                    .allSatisfy(
                            frame -> {
                                assertThat(frame.id()).isNotEmpty();
                                assertThat(frame.data().string("id")).contains(frame.id());
                                assertThat(frame.data().string("channel")).contains(frame.event());
                                assertThat(frame.data().string("run_id")).contains(run);
                            });
            var middle = frames.get(frames.size() / 2);
            try (var again =
                    mn.stream("/runs/" + run + "/stream", "Last-Event-ID: " + middle.id())) {
                var rest = again.rest();
                rest.removeLast();
                assertThat(rest).isEqualTo(frames.subList(frames.size() / 2 + 1, frames.size()));
            }
        }
    }

    @Test
    void a_stream_may_be_had_as_a_list() throws IOException {
        var list = read("/stream?format=json&channels=timeline");
        assertThat(objects(list, "data"))
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.string("channel")).contains("timeline"));
        assertThat(refusal(mn.get("/runs/" + run + "/stream?channels=news")))
                .isEqualTo("400 invalid_query");
        assertThat(refusal(mn.get("/runs/" + run + "/stream?interval=61")))
                .isEqualTo("400 invalid_query");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "application/json                                | application/json",
                "Application/JSON; q=0.9                         | application/json",
                "application/json, application/json;charset=utf8 | application/json",
                "application/json, text/plain, */*               | text/event-stream",
                "application/json, text/event-stream             | text/event-stream",
                "application/json, */*;q=0.1                     | text/event-stream",
                "application/jsonl                               | text/event-stream",
                "*/*                                             | text/event-stream",
            },
            delimiter = '|')
    void only_who_takes_nothing_but_json_gets_a_list_for_a_stream(String accept, String type)
            throws IOException {
        var path = "/runs/" + run + "/stream";
        var answer = mn.call("HEAD", path, "", "Accept: " + accept);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("content-type")).startsWith(type);
    }

    @Test
    void a_failed_run_has_a_result_an_error_and_no_final_artifact() throws IOException {
        var failed = mn.submit(Served.smallest(), Map.of("work.sh", "exit 3\n"));
        mn.awaitStatus(failed, "failed");
        var id = mn.get("/jobs/" + failed).json().object("job").string("run_id").orElseThrow();
        var result = mn.get("/runs/" + id + "/result").json();
        assertThat(result.string("status")).contains("failed");
        assertThat(result.object("failure").string("schema_version")).contains("mn.error.v1");
        assertThat(refusal(mn.get("/runs/" + id + "/final-artifact")))
                .isEqualTo("404 artifact_not_found");
        var summary = mn.get("/runs/" + id + "/observability-summary").json();
        assertThat(summary.object("counts").integer("errors").orElse(0)).isPositive();
        assertThat(summary.string("failed_agent_id")).contains("worker");
    }

    @Test
    void outputs_are_listed_and_fetched_whole_or_in_part() throws IOException {
        var id =
                runThatWrites(
                        """
                printf '# Report' > "$MN_RUN_DIR/report.md"
                printf '{"type":"report","output_files":[{"path":"report.md","kind":"Report"}]}' > "$MN_RUN_DIR/final_artifact.json"
                """);
        var list = mn.get("/runs/" + id + "/outputs").json();
        assertThat(list.array("data")).isEqualTo(list.array("outputs"));
        var output = objects(list, "outputs").getFirst();
        assertThat(output.string("artifact_id")).contains("output_0_report");
        assertThat(output.string("source")).contains("post_launch_output");
        assertThat(output.string("kind")).contains("Report");
        assertThat(output.string("url")).contains("/api/v1/runs/" + id + "/outputs/0");
        assertThat(mn.get("/runs/" + id + "/final-artifact").json().string("type"))
                .contains("report");
        partsOf("/runs/" + id + "/outputs/0", "# Report");
        partsOf("/runs/" + id + "/artifacts/report.md", "# Report");
        assertThat(refusal(mn.get("/runs/" + id + "/outputs/1"))).isEqualTo("404 output_not_found");
        assertThat(refusal(mn.get("/runs/" + id + "/outputs/x"))).isEqualTo("400 invalid_id");
        var details = mn.get("/jobs/" + id).json();
        assertThat(objects(details, "output_files")).containsExactly(output);
    }

    @Test
    void a_page_shows_a_video_of_its_run_and_no_other_file() throws IOException {
        var id =
                runThatWrites(
                        """
                printf 'moving' > "$MN_RUN_DIR/clip.mp4"
                printf '{"components":[{"type":"video","source":"clip.mp4"}]}' > "$MN_RUN_DIR/ui.json"
                """);
        var whole = mn.get("/runs/" + id + "/ui/video");
        assertThat(whole.headers()).containsEntry("content-type", "video/mp4");
        partsOf("/runs/" + id + "/ui/video", "moving");
        assertThat(objects(mn.get("/runs/" + id + "/ui").json().object("ui"), "components"))
                .hasSize(1);
        var outside =
                runThatWrites(
                        """
                printf '{"components":[{"type":"video","source":"/etc/passwd"}]}' > "$MN_RUN_DIR/ui.json"
                """);
        assertThat(refusal(mn.get("/runs/" + outside + "/ui/video")))
                .isEqualTo("403 permission_denied");
    }

    private String runThatWrites(String script) throws IOException {
        var writing = mn.submit(Served.smallest(), Map.of("work.sh", script));
        mn.awaitStatus(writing, "completed");
        return mn.get("/jobs/" + writing).json().object("job").string("run_id").orElseThrow();
    }

    private void partsOf(String path, String content) throws IOException {
        var whole = mn.get(path);
        assertThat(whole.text()).isEqualTo(content);
        var part = mn.get(path, "Range: bytes=1-2");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo(content.substring(1, 3));
        var same = mn.get(path, "If-None-Match: " + whole.headers().get("etag"));
        assertThat(same.status()).isEqualTo(304);
        var behind = mn.get(path, "Range: bytes=999-", "X-Request-ID: behind-1");
        assertThat(refusal(behind)).isEqualTo("416 range_not_satisfiable");
        assertThat(behind.json().string("request_id")).contains("behind-1");
    }

    @Test
    void nothing_of_an_unknown_run_can_be_shown_or_answered() throws IOException {
        for (var path :
                List.of(
                        "/artifacts/a.txt/reveal",
                        "/outputs/0/reveal",
                        "/human/r1/response",
                        "/human/n1/ack")) {
            assertThat(refusal(mn.post("/runs/nobody" + path, "{\"decision\":\"yes\"}")))
                    .as(path)
                    .isEqualTo("404 run_not_found");
        }
    }

    @Test
    void a_stream_of_a_run_shows_people_the_story_and_beats_while_it_goes_on() throws IOException {
        var asking =
                mn.submit(
                        Served.smallest(),
                        Map.of(
                                "work.sh",
                                """
                                printf '{"type":"human_notice","payload":{"notice_id":"n1","message":"Look"}}\\n' >> "$MN_RUN_DIR/human.jsonl"
                                """));
        mn.awaitStatus(asking, "completed");
        var id = mn.get("/jobs/" + asking).json().object("job").string("run_id").orElseThrow();
        try (var stream = mn.stream("/runs/" + id + "/stream?channels=human,timeline")) {
            assertThat(stream.rest().stream().map(Served.Frame::event))
                    .contains("human", "timeline", "end");
        }
        try (var stream = mn.stream("/runs/" + id + "/resources/stream")) {
            assertThat(stream.rest().stream().map(Served.Frame::event))
                    .contains("resources", "end");
        }
        try (var stream = mn.stream("/runs/" + id + "/stream?follow=true&interval=0.25")) {
            var frame = stream.next().orElseThrow();
            while (!frame.event().equals("heartbeat")) {
                frame = stream.next().orElseThrow();
            }
            assertThat(frame.data().string("run_id")).contains(id);
            assertThat(frame.id()).isEmpty();
        }
    }

    @Test
    void a_run_that_goes_on_has_no_result_yet() throws IOException {
        var going = mn.submit(Served.idle(), Map.of());
        mn.awaitStatus(going, "running");
        var id = mn.get("/jobs/" + going).json().object("job").string("run_id").orElseThrow();
        assertThat(refusal(mn.get("/runs/" + id + "/result"))).isEqualTo("404 result_not_found");
        assertThat(refusal(mn.get("/runs/" + id + "/final-artifact")))
                .isEqualTo("404 artifact_not_found");
        assertThat(mn.get("/runs/" + id + "/observability-summary").json().at("ended_at").isNull())
                .isTrue();
        mn.post("/jobs/" + going + "/cancel", "");
    }
}
