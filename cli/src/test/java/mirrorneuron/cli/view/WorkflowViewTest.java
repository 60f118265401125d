package mirrorneuron.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.FakeRuntime;
import mirrorneuron.cli.Golden;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Palette;
import mirrorneuron.cli.output.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The view of a job, as text at several widths; what it looks like is in files. */
final class WorkflowViewTest {

    private static List<String> live(WorkflowState state, int width, int height) {
        return WorkflowView.live(
                state, Scenes.NOW, ZoneOffset.UTC, new Size(Page.plain(width), height));
    }

    private static void shows(String name, WorkflowState state, int width) {
        var lines = live(state, width, 24);
        assertThat(lines).as(name).hasSize(24).allMatch(line -> Text.width(line) <= width);
        Golden.assertSame(name + "-" + width, lines);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void a_workflow_in_its_middle(int width) {
        shows("workflow", Scenes.review().state(), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void a_job_of_messages_shows_its_agents(int width) {
        shows("messages", Scenes.messages().state(), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void a_scattered_step_is_one_line_and_its_agents_scroll(int width) {
        shows(
                "scattered",
                Scenes.after(Scenes.scattered().state(), Key.RIGHT, Key.PAGE_DOWN, Key.PAGE_DOWN),
                width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void an_agent_as_a_card(int width) {
        shows("card", Scenes.after(Scenes.review().state(), Key.ENTER), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void the_keys(int width) {
        shows("help", Scenes.after(Scenes.review().state(), '?'), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80})
    void the_events(int width) {
        shows("events", Scenes.after(Scenes.review().state(), 'e'), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80})
    void the_log_scrolls(int width) {
        var lines =
                IntStream.range(0, 60)
                        .mapToObj(i -> "12:00:" + (10 + i % 50) + " INFO  worker line " + i)
                        .toList();
        shows(
                "log",
                Scenes.after(Scenes.review().state().withLog(lines), 'l', Key.UP, Key.UP),
                width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void a_runtime_that_is_away(int width) {
        shows(
                "trouble",
                Scenes.review()
                        .state()
                        .withTrouble("runtime temporarily unavailable; retrying (2 of 3)"),
                width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void what_waits_for_a_person(int width) {
        shows("asking", Scenes.review().asking().state(), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80})
    void the_question_before_a_job_is_cancelled(int width) {
        shows("cancel", Scenes.after(Scenes.review().state(), 'c'), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80})
    void a_filter_that_is_typed(int width) {
        shows("filter", Scenes.after(Scenes.review().state(), '/', 'F', 'e', 't'), width);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80})
    void a_chosen_agent_is_marked(int width) {
        shows("chosen", Scenes.after(Scenes.review().state(), Key.RIGHT, Key.DOWN), width);
    }

    @Test
    void a_service_counts_what_is_ready() {
        assertThat(live(Scenes.service().state(), 80, 24).getFirst())
                .isEqualTo(
                        "claims_review                               2/6 steps ready | 1 m 04 s |"
                                + " running");
    }

    @Test
    void what_stays_has_neither_keys_nor_blank_lines() {
        var scene = Scenes.review();
        scene.job.completed(Json.parse("7"));
        Golden.assertSame(
                "last-80",
                WorkflowView.last(
                        scene.state(), Scenes.NOW, ZoneOffset.UTC, new Size(Page.plain(80), 24)));
    }

    @Test
    void nothing_is_wider_or_higher_than_the_terminal_whatever_its_size() {
        var states =
                List.of(
                        Scenes.review().state(),
                        Scenes.after(Scenes.scattered().state(), Key.RIGHT, Key.LAST),
                        Scenes.messages().state(),
                        Scenes.after(Scenes.review().asking().state(), 'a'),
                        Scenes.after(Scenes.review().state(), Key.ENTER),
                        Scenes.after(Scenes.review().state(), '?'));
        for (var state : states) {
            for (int width = 40; width <= 120; width++) {
                for (int height : List.of(8, 10, 24, 60)) {
                    int columns = width;
                    assertThat(live(state, width, height))
                            .hasSizeLessThanOrEqualTo(height)
                            .allMatch(line -> Text.width(line) <= columns);
                }
            }
        }
    }

    @Test
    void a_low_terminal_keeps_the_title_and_the_keys() {
        var lines = live(Scenes.review().state(), 80, 8);
        assertThat(lines.getFirst()).startsWith("claims_review");
        assertThat(lines.getLast()).endsWith("? help  q leave");
    }

    @Test
    void colours_change_nothing_but_colours() {
        for (var state :
                List.of(
                        Scenes.review().state(),
                        Scenes.messages().state(),
                        Scenes.after(Scenes.review().state(), Key.ENTER))) {
            var colored =
                    WorkflowView.live(
                            state,
                            Scenes.NOW,
                            ZoneOffset.UTC,
                            new Size(new Page(80, Palette.ON), 24));
            assertThat(String.join("\n", colored)).contains("\u001b[36m");
            assertThat(
                            colored.stream()
                                    .map(line -> line.replaceAll("\u001b\\[[0-9]+m", ""))
                                    .map(String::stripTrailing)
                                    .toList())
                    .isEqualTo(live(state, 80, 24).stream().map(String::stripTrailing).toList());
        }
    }

    @Test
    void what_a_worker_printed_cannot_steer_the_terminal() {
        var scene = Scenes.review();
        scene.job.happened(
                "executor_failed",
                Optional.of("fetcher"),
                JsonObject.of("error", Json.parse("\"\\u001b[2Jgone\\nMY_TOKEN=abcdef\"")));
        var state =
                scene.state()
                        .withLog(List.of("\u001b[2Jgone MY_TOKEN=abcdef"))
                        .seeing(scene.moment());
        for (int key : List.of((int) 'e', (int) 'l', Key.ENTER, Key.NONE)) {
            var text = String.join("\n", live(Scenes.after(state, key), 120, 24));
            assertThat(text).doesNotContain("\u001b", "abcdef");
        }
        assertThat(String.join("\n", live(Scenes.after(state, 'l'), 120, 24)))
                .contains("MY_TOKEN=[redacted]");
    }

    @Test
    void an_estimate_is_given_only_where_the_same_is_done_again_and_again() {
        var scattered = Scenes.scattered().moment();
        assertThat(Remaining.of(scattered.details(), scattered.steps().orElseThrow(), Scenes.NOW))
                .hasValueSatisfying(left -> assertThat(left.toSeconds()).isEqualTo(190));
        var review = Scenes.review().moment();
        assertThat(Remaining.of(review.details(), review.steps().orElseThrow(), Scenes.NOW))
                .isEmpty();
        var paused = Scenes.scattered().as(JobStatus.PAUSED).moment();
        assertThat(Remaining.of(paused.details(), paused.steps().orElseThrow(), Scenes.NOW))
                .isEmpty();
    }

    @Test
    void progress_that_nobody_reported_is_estimated_and_marked() {
        var agents = Scenes.review().state().agents(Optional.empty());
        assertThat(agents)
                .filteredOn(agent -> List.of("reviewer_a", "reviewer_b").contains(agent.id()))
                .extracting(AgentRow::percent)
                .containsExactly("40", "~10");
        assertThat(agents)
                .filteredOn(agent -> agent.id().equals("reader"))
                .extracting(AgentRow::percent)
                .containsExactly("100");
    }

    @Test
    void a_job_whose_runtime_tells_no_progress_shows_its_agents_all_the_same() {
        var job = new FakeRuntime().job("demo-1", "demo");
        job.agents = List.of(FakeRuntime.agent("solo", "executor", AgentStatus.RUNNING, 2, 1));
        var state = WorkflowState.of(Moment.of(FakeRuntime.detailsOf(job, 5), Optional.empty()));
        assertThat(live(state, 80, 24)).anyMatch(line -> line.contains("● solo"));
    }
}
