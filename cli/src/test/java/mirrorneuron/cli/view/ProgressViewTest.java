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
                                FakeRuntime.detailsOf(job, 5),
                                standstill,
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
                                FakeRuntime.detailsOf(job, 5),
                                Optional.empty(),
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
}
