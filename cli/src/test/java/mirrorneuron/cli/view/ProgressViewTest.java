package mirrorneuron.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.FakeRuntime;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Palette;
import org.junit.jupiter.api.Test;

/** The view of a running job, as text. */
final class ProgressViewTest {

    private final FakeRuntime.FakeJob job =
            new FakeRuntime().job("prime_sweep-1750000000000-0123456789ab", "prime_sweep");

    private String frame(int width, int agentsMax, Optional<Explanation> standstill) {
        return String.join(
                        "\n",
                        ProgressView.frame(
                                Moment.of(FakeRuntime.detailsOf(job, 5), standstill),
                                FakeRuntime.BEGIN.plusMillis(3_240),
                                ZoneOffset.UTC,
                                agentsMax,
                                Page.plain(width)))
                + "\n";
    }

    private void aSweepInTheMiddle() {
        var agents = new ArrayList<AgentView>();
        agents.add(FakeRuntime.agent("dispatcher", "router", AgentStatus.READY, 6, 0));
        agents.add(FakeRuntime.agent("worker_00", "executor", AgentStatus.COMPLETED, 1, 0));
        agents.add(FakeRuntime.agent("worker_01", "executor", AgentStatus.RUNNING, 0, 1));
        agents.add(
                FakeRuntime.agent(
                        "worker_02",
                        "executor",
                        AgentStatus.ERROR,
                        0,
                        1,
                        Optional.of("command exited with status 3: no such file or directory")));
        agents.add(FakeRuntime.agent("worker_03", "executor", AgentStatus.QUEUED, 0, 1));
        agents.add(FakeRuntime.agent("worker_04", "executor", AgentStatus.QUEUED, 0, 1));
        agents.add(FakeRuntime.agent("collector", "aggregator", AgentStatus.READY, 1, 0));
        job.agents = agents;
        job.happened(
                "sandbox_job_completed",
                Optional.of("worker_00"),
                JsonObject.builder().put("exit_code", 0).put("attempts", 1).build());
    }

    @Test
    void at_80_columns() {
        aSweepInTheMiddle();
        assertThat(frame(80, 20, Optional.empty()))
                .isEqualTo(
                        """
                        prime_sweep                                                      running · 3.2 s
                        ███████████████░░░░░░░░░░░ 61 %  8 of 13 known messages · 1 running · 1 failing
                          agent      status     handled waiting
                        × worker_02  error            0       1  command exited with status 3: no such …
                        ● worker_01  running          0       1
                        … worker_03  queued           0       1
                        … worker_04  queued           0       1
                        ✓ worker_00  completed        1       0
                        · collector  ready            1       0
                        · dispatcher ready            6       0
                        last  12:00:01 sandbox_job_completed (worker_00) exit_code=0 attempts=1
                        """);
    }

    @Test
    void at_40_columns() {
        aSweepInTheMiddle();
        assertThat(frame(40, 4, Optional.empty()))
                .isEqualTo(
                        """
                        prime_sweep              running · 3.2 s
                        ███████░░░░░░ 61 %  8 of 13 known messa…
                          agent     status     handled waiting
                        × worker_02 error            0       1
                        ● worker_01 running          0       1
                        … worker_03 queued           0       1
                          … 4 more: 1 completed, 1 queued, 2 re…
                        last  12:00:01 sandbox_job_completed (w…
                        """);
    }

    @Test
    void at_120_columns() {
        aSweepInTheMiddle();
        assertThat(frame(120, 3, Optional.empty()))
                .isEqualTo(
                        """
                        prime_sweep                                                                                              running · 3.2 s
                        ████████████████████████░░░░░░░░░░░░░░░░ 61 %  8 of 13 known messages · 1 running · 1 failing
                          agent     status     handled waiting
                        × worker_02 error            0       1  command exited with status 3: no such file or directory
                        ● worker_01 running          0       1
                          … 5 more: 1 completed, 2 queued, 2 ready
                        last  12:00:01 sandbox_job_completed (worker_00) exit_code=0 attempts=1
                        """);
    }

    @Test
    void a_standstill_is_explained_below() {
        assertThat(
                        frame(
                                40,
                                4,
                                Optional.of(
                                        FakeRuntime.explanation(
                                                "only_dead_letters",
                                                "Nothing is left to do but 1 dead letter of worker.",
                                                "mn job dead-letters demo-1 --replay 0"))))
                .isEqualTo(
                        """
                        prime_sweep              running · 3.2 s
                        ············· 0 messages
                        ! Nothing is left to do but 1 dead
                          letter of worker.
                          mn job dead-letters demo-1 --replay 0
                        """);
    }

    @Test
    void no_line_is_wider_than_the_page() {
        aSweepInTheMiddle();
        for (int width : List.of(40, 60, 80, 100, 120)) {
            assertThat(frame(width, 4, Optional.empty()).lines())
                    .allMatch(line -> line.length() <= width);
        }
    }

    @Test
    void colours_change_nothing_but_colours() {
        aSweepInTheMiddle();
        var colored =
                String.join(
                        "\n",
                        ProgressView.frame(
                                Moment.of(FakeRuntime.detailsOf(job, 5), Optional.empty()),
                                FakeRuntime.BEGIN.plusMillis(3_240),
                                ZoneOffset.UTC,
                                20,
                                new Page(80, Palette.ON)));
        assertThat(colored).contains("\u001b[31m");
        assertThat(colored.replaceAll("\u001b\\[[0-9]+m", "") + "\n")
                .isEqualTo(frame(80, 20, Optional.empty()));
    }

    @Test
    void what_a_worker_printed_cannot_steer_the_terminal() {
        job.agents =
                List.of(
                        FakeRuntime.agent(
                                "w",
                                "executor",
                                AgentStatus.ERROR,
                                0,
                                0,
                                Optional.of("\u001b[2Jgone\nMY_TOKEN=abcdef")));
        assertThat(frame(120, 4, Optional.empty()))
                .doesNotContain("\u001b", "abcdef")
                .contains("MY_TOKEN=[redacted]");
    }

    @Test
    void a_message_that_waits_for_a_slot_counts_as_waiting() {
        job.agents = List.of(FakeRuntime.agent("a", "executor", AgentStatus.QUEUED, 3, 0));
        assertThat(JobProgress.of(FakeRuntime.detailsOf(job, 1)).messages())
                .isEqualTo("3 of 4 known messages");
    }

    @Test
    void a_percentage_that_says_nothing_is_left_out() {
        job.agents = List.of(FakeRuntime.agent("a", "module", AgentStatus.RUNNING, 4_000, 0));
        var playing = JobProgress.of(FakeRuntime.detailsOf(job, 1));
        assertThat(playing.percent()).isEmpty();
        assertThat(playing.messages()).isEqualTo("4000 messages");
        job.agents = List.of(FakeRuntime.agent("a", "executor", AgentStatus.RUNNING, 1, 2));
        assertThat(JobProgress.of(FakeRuntime.detailsOf(job, 1)).percent()).hasValue(25);
        job.completed(Json.parse("1"));
        assertThat(job.status).isEqualTo(JobStatus.COMPLETED);
        assertThat(JobProgress.of(FakeRuntime.detailsOf(job, 1)).percent()).hasValue(100);
    }

    @Test
    void elapsed_time_is_short_at_every_size() {
        assertThat(Elapsed.of(Duration.ofMillis(-5))).isEqualTo("0.0 s");
        assertThat(Elapsed.of(Duration.ofMillis(3_290))).isEqualTo("3.2 s");
        assertThat(Elapsed.of(Duration.ofMillis(59_999))).isEqualTo("59.9 s");
        assertThat(Elapsed.of(Duration.ofSeconds(247))).isEqualTo("4 m 07 s");
        assertThat(Elapsed.of(Duration.ofMinutes(125))).isEqualTo("2 h 05 m");
        assertThat(Elapsed.of(Duration.ofHours(76))).isEqualTo("3 d 04 h");
    }

    // Steps

    private String steps(int width, int rowsMax) {
        var requests = job.requests.stream().filter(HumanRequest::pending).toList();
        return String.join(
                        "\n",
                        ProgressView.frame(
                                new Moment(
                                        FakeRuntime.detailsOf(job, 5),
                                        Optional.of(FakeRuntime.progressOf(job)),
                                        requests,
                                        Optional.empty()),
                                FakeRuntime.BEGIN.plusMillis(3_240),
                                ZoneOffset.UTC,
                                rowsMax,
                                Page.plain(width)))
                + "\n";
    }

    private void aReviewInTheMiddle() {
        job.percent = 40.5;
        job.step("classify", "completed", 1, "it completed at some time", elapsed("1.25"));
        job.step("auto_reply", "skipped", 0, "it was skipped: branch not selected by classify");
        job.step("review", "running", 2, "agent review works on it since some time", elapsed("2"));
        job.step("fetch", "retry_wait", 1, "its next attempt starts at some time", retryAt());
        job.step("merge", "pending", 0, "it waits for review, fetch");
    }

    private static JsonObject elapsed(String seconds) {
        return JsonObject.of("elapsed_seconds", Json.parse(seconds));
    }

    private static JsonObject retryAt() {
        return JsonObject.builder().put("retry_at", "2026-03-01T12:00:05.740Z").build();
    }

    @Test
    void steps_at_80_columns() {
        aReviewInTheMiddle();
        assertThat(steps(80, 20))
                .isEqualTo(
                        """
                        prime_sweep                                                      running · 3.2 s
                        ██████████░░░░░░░░░░░░░░░░ 40 %  2 of 5 steps · 1 running · 1 to be tried again
                          step       status     attempt
                        ✓ classify   completed        1  1.2 s
                        - auto_reply skipped             branch not selected by classify
                        ● review     running          2  2.0 s
                        ↻ fetch      retry_wait       1  again in 2.5 s
                        · merge      pending             waits for review, fetch
                        """);
    }

    @Test
    void steps_without_room_are_counted_and_those_at_work_are_kept() {
        aReviewInTheMiddle();
        assertThat(steps(40, 3))
                .isEqualTo(
                        """
                        prime_sweep              running · 3.2 s
                        █████░░░░░░░░ 40 %  2 of 5 steps · 1 ru…
                          step   status     attempt
                        ● review running          2  2.0 s
                        ↻ fetch  retry_wait       1  again in 2…
                          … 3 more: 1 completed, 1 pending, 1 s…
                        """);
    }

    @Test
    void many_instances_are_one_row() {
        job.step("plan", "completed", 1, "it completed at some time", elapsed("0.1"));
        job.step("score", "skipped", 0, "it was skipped: score is done by its instances");
        job.step("gather", "pending", 0, "it waits for score[7]");
        for (int i = 0; i < 500; i++) {
            job.step(
                    "score[" + i + "]",
                    i < 120 ? "completed" : i < 124 ? "running" : "pending",
                    1,
                    "it may start when fewer steps run");
        }
        assertThat(steps(80, 20))
                .isEqualTo(
                        """
                        prime_sweep                                                      running · 3.2 s
                        ░░░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  122 of 503 steps · 4 running
                          step       status     attempt
                        ✓ plan       completed        1  0.1 s
                        ● score ×500 running             120 of 500, 4 running
                        · gather     pending             waits for score[7]
                        """);
    }

    @Test
    void few_instances_are_told_one_by_one_below_their_step() {
        job.step("score", "skipped", 0, "it was skipped: score is done by its instances");
        job.step("gather", "pending", 0, "it waits for score[1]");
        job.step("score[0]", "completed", 1, "it completed at some time", elapsed("0.1"));
        job.step("score[1]", "failed", 3, "it failed: command exited with status 1");
        assertThat(steps(80, 20).lines().skip(3))
                .containsExactly(
                        "- score    skipped             score is done by its instances",
                        "✓ score[0] completed        1  0.1 s",
                        "× score[1] failed           3  command exited with status 1",
                        "· gather   pending             waits for score[1]");
    }

    @Test
    void a_step_that_waits_for_a_person_says_how_to_answer() {
        job.step("draft", "waiting", 1, "a person has to decide until some time");
        job.asks("draft", "Review the draft");
        assertThat(steps(80, 20))
                .isEqualTo(
                        """
                        prime_sweep                                                      running · 3.2 s
                        ░░░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  0 of 1 step · 1 waiting for a person
                          step  status     attempt
                        ? draft waiting          1  a person decides
                        ? draft waits for a person: Review the draft (approve, revise or reject within
                          59 m 56 s)
                          a answers; so does, later, mn job human prime_sweep-1750000000000-0123456789ab
                        """);
    }

    @Test
    void no_line_of_steps_is_wider_than_the_page() {
        aReviewInTheMiddle();
        job.asks("review", "A title that is rather long and goes on for a while");
        for (int width : List.of(40, 60, 80, 100, 120)) {
            assertThat(steps(width, 4).lines()).allMatch(line -> line.length() <= width);
        }
    }
}
