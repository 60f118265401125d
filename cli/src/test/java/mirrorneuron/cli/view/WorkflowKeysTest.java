package mirrorneuron.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.view.Choices.Body;
import org.junit.jupiter.api.Test;

/** What each key does: a state before, a state after, and perhaps a wish. */
final class WorkflowKeysTest {

    private final WorkflowState review = Scenes.review().state();

    private static Optional<Wish> wish(WorkflowState state, int key) {
        return WorkflowKeys.press(state, key, Scenes.NOW).wish();
    }

    private static Optional<String> step(WorkflowState state) {
        return state.step(state.steps(Scenes.NOW)).map(StepLine::id);
    }

    private static Optional<String> agent(WorkflowState state) {
        return state.agent(state.agents(state.step(state.steps(Scenes.NOW)))).map(AgentRow::id);
    }

    @Test
    void steps_stand_in_the_order_in_which_work_flows() {
        assertThat(review.steps(Scenes.NOW))
                .extracting(StepLine::id)
                .containsExactly("intake", "auto_reply", "review", "fetch", "merge", "publish");
        assertThat(review.steps(Scenes.NOW))
                .extracting(StepLine::rail)
                .containsExactly(" ", "┌", "├", "└", " ", " ");
    }

    @Test
    void the_view_follows_the_current_step_until_another_is_chosen() {
        assertThat(step(review)).contains("review");
        var chosen = Scenes.after(review, Key.DOWN);
        assertThat(step(chosen)).contains("fetch");
        assertThat(step(Scenes.after(chosen, Key.UP, Key.UP))).contains("auto_reply");
        assertThat(step(Scenes.after(chosen, Key.BACKSPACE))).contains("review");
    }

    @Test
    void a_list_ends_at_its_ends() {
        assertThat(step(Scenes.after(review, Key.HOME, Key.UP))).contains("intake");
        assertThat(step(Scenes.after(review, Key.LAST, Key.DOWN, Key.PAGE_DOWN)))
                .contains("publish");
    }

    @Test
    void right_goes_to_the_agents_and_left_back() {
        var agents = Scenes.after(review, Key.RIGHT, Key.DOWN);
        assertThat(agent(agents)).contains("reviewer_b");
        assertThat(step(agents)).contains("review");
        assertThat(step(Scenes.after(agents, Key.LEFT, Key.DOWN))).contains("fetch");
        assertThat(step(Scenes.after(agents, Key.TAB, Key.DOWN))).contains("fetch");
    }

    @Test
    void enter_opens_a_card_in_which_up_and_down_go_to_other_agents() {
        var card = Scenes.after(review, Key.ENTER);
        assertThat(card.choices().body()).isEqualTo(Body.AGENT);
        assertThat(agent(card)).contains("reviewer_a");
        assertThat(agent(Scenes.after(card, Key.DOWN))).contains("reviewer_b");
        assertThat(Scenes.after(card, Key.BACKSPACE).choices().body()).isEqualTo(Body.OVERVIEW);
        assertThat(Scenes.after(card, Key.ESCAPE).choices().body()).isEqualTo(Body.OVERVIEW);
    }

    @Test
    void a_step_without_agents_has_no_card() {
        var skipped = Scenes.after(review, Key.UP, Key.ENTER);
        assertThat(step(skipped)).contains("auto_reply");
        assertThat(skipped.choices().body()).isEqualTo(Body.OVERVIEW);
        assertThat(skipped.said()).isEqualTo("This step has no agents.");
    }

    @Test
    void q_and_ctrl_c_and_the_end_of_input_leave() {
        for (int key : new int[] {'q', 'Q', Key.CTRL_C, Key.END}) {
            assertThat(wish(review, key)).contains(new Wish.Leave());
        }
    }

    @Test
    void ctrl_c_leaves_whatever_is_shown_but_q_can_be_typed() {
        var typing = Scenes.after(review, '/');
        assertThat(wish(typing, 'q')).isEmpty();
        assertThat(Scenes.after(typing, 'q').choices().filter()).isEqualTo("q");
        assertThat(wish(typing, Key.CTRL_C)).contains(new Wish.Leave());
        assertThat(wish(Scenes.after(review, 'c'), Key.CTRL_C)).contains(new Wish.Leave());
    }

    @Test
    void p_pauses_what_runs_and_resumes_what_is_paused() {
        assertThat(wish(review, 'p')).contains(new Wish.Pause());
        assertThat(wish(Scenes.review().as(JobStatus.PAUSED).state(), 'p'))
                .contains(new Wish.Resume());
        var ended = Scenes.review().as(JobStatus.COMPLETED).state();
        assertThat(wish(ended, 'p')).isEmpty();
        assertThat(Scenes.after(ended, 'p').said()).isEqualTo("The job cannot be paused any more.");
    }

    @Test
    void c_asks_and_only_y_cancels() {
        var asked = Scenes.after(review, 'c');
        assertThat(wish(review, 'c')).isEmpty();
        assertThat(wish(asked, 'y')).contains(new Wish.Cancel());
        for (int key : new int[] {'n', Key.ENTER, Key.ESCAPE, Key.BACKSPACE}) {
            assertThat(wish(asked, key)).isEmpty();
            assertThat(Scenes.after(asked, key).choices().question()).isEmpty();
        }
        assertThat(Scenes.after(asked, 'x').choices().question()).isPresent();
        assertThat(Scenes.after(asked, 'y').choices().question()).isEmpty();
    }

    @Test
    void a_answers_what_waits_for_a_person() {
        var scene = Scenes.review().asking();
        var request = scene.job.requests.getFirst();
        var asked = Scenes.after(scene.state(), 'a');
        assertThat(wish(asked, 'a')).contains(new Wish.Answer(request, "approve"));
        assertThat(wish(asked, 'V')).contains(new Wish.Answer(request, "revise"));
        assertThat(wish(asked, 'r')).contains(new Wish.Answer(request, "reject"));
        assertThat(Scenes.after(asked, 'g').choices().question()).isEmpty();
        assertThat(Scenes.after(review, 'a').said()).isEqualTo("Nothing waits for a person.");
    }

    @Test
    void panes_open_and_close_with_their_key() {
        assertThat(Scenes.after(review, 'l').choices().body()).isEqualTo(Body.LOG);
        assertThat(Scenes.after(review, 'l').wantsLog()).isTrue();
        assertThat(Scenes.after(review, 'l', 'l').choices().body()).isEqualTo(Body.OVERVIEW);
        assertThat(Scenes.after(review, 'l', 'e').choices().body()).isEqualTo(Body.EVENTS);
        assertThat(Scenes.after(review, '?').choices().body()).isEqualTo(Body.HELP);
        assertThat(Scenes.after(review, '?', Key.BACKSPACE).choices().body())
                .isEqualTo(Body.OVERVIEW);
    }

    @Test
    void a_filter_is_typed_kept_and_cleared() {
        var typed = Scenes.after(review, '/', 'f', 'e', 'x', Key.BACKSPACE);
        assertThat(typed.choices().filter()).isEqualTo("fe");
        assertThat(typed.choices().typing()).isTrue();
        var kept = Scenes.after(typed, Key.ENTER);
        assertThat(kept.choices().typing()).isFalse();
        assertThat(kept.steps(Scenes.NOW)).extracting(StepLine::id).containsExactly("fetch");
        assertThat(Scenes.after(kept, Key.BACKSPACE).choices().filter()).isEmpty();
        assertThat(Scenes.after(typed, Key.ESCAPE).choices().filter()).isEmpty();
        assertThat(Scenes.after(review, '/', Key.BACKSPACE).choices().typing()).isFalse();
    }

    @Test
    void a_filter_finds_the_step_of_an_agent() {
        var found = Scenes.after(review, '/', 'a', 'r', 'b', 'i', Key.ENTER);
        assertThat(step(found)).contains("review");
        assertThat(agent(found)).contains("arbiter_with_a_long_name");
    }

    @Test
    void a_key_that_means_nothing_changes_nothing() {
        assertThat(Scenes.after(review, 'x', Key.NONE)).isEqualTo(review);
    }

    @Test
    void what_was_said_stays_until_the_next_key() {
        var said = review.saying("pausing");
        assertThat(Scenes.after(said, Key.NONE).said()).isEqualTo("pausing");
        assertThat(Scenes.after(said, 'x').said()).isEmpty();
        assertThat(said.seeing(Scenes.review().moment()).said()).isEqualTo("pausing");
        assertThat(said.seeing(Scenes.review().as(JobStatus.PAUSED).moment()).said()).isEmpty();
    }

    @Test
    void events_are_kept_once_and_only_so_many() {
        var scene = Scenes.review();
        var state = scene.state();
        var first = scene.job.events.getFirst();
        assertThat(state.with(first).events()).containsExactly(first);
        for (int i = 0; i < 600; i++) {
            scene.job.happened("tick", Optional.empty(), JsonObject.empty());
            state = state.with(scene.job.events.getLast());
        }
        assertThat(state.events()).hasSize(WorkflowState.LINES_MAX);
        assertThat(state.events().getLast().sequence()).hasValue(601);
    }
}
