package mirrorneuron.cli.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.JobStatus;
import mirrorneuron.cli.view.Choices.Body;

/** What the keys of a workflow's view do. Pure. */
public final class WorkflowKeys {

    private static final int PAGE_LINES = 10;
    private static final int FILTER_CHARS_MAX = 60;

    private WorkflowKeys() {}

    /**
     * What a key made of the view.
     *
     * @param wish what is to be done to the job; empty when the key only moved the view
     */
    public record Pressed(WorkflowState state, Optional<Wish> wish) {}

    /** Whether a key means that somebody looks no longer, whatever the view shows. */
    public static boolean isLeaving(int key) {
        return switch (key) {
            case 'q', 'Q', Key.CTRL_C, Key.END -> true;
            default -> false;
        };
    }

    public static Pressed press(WorkflowState before, int key, Instant now) {
        if (key == Key.NONE) {
            return stays(before);
        }
        var state = before.saying("");
        var choices = state.choices();
        if (key == Key.CTRL_C || key == Key.END) {
            return new Pressed(state, Optional.of(new Wish.Leave()));
        }
        if (choices.question().isPresent()) {
            return answered(state, choices.question().get(), key);
        }
        if (choices.typing()) {
            return stays(state.with(typed(choices, key)));
        }
        return command(state, key, now);
    }

    private static Pressed stays(WorkflowState state) {
        return new Pressed(state, Optional.empty());
    }

    private static Pressed answered(WorkflowState state, Question question, int key) {
        var wish = question.onKey(key);
        boolean over = wish.isPresent() || question.isNo(key);
        return new Pressed(
                over ? state.with(state.choices().asking(Optional.empty())) : state, wish);
    }

    private static Choices typed(Choices choices, int key) {
        var filter = choices.filter();
        return switch (key) {
            case Key.ENTER -> choices.filtering(filter, false);
            case Key.ESCAPE -> choices.filtering("", false);
            case Key.BACKSPACE ->
                    filter.isEmpty()
                            ? choices.filtering("", false)
                            : choices.filtering(
                                    filter.substring(
                                            0, filter.offsetByCodePoints(filter.length(), -1)),
                                    true);
            default ->
                    Key.prints(key) && filter.length() < FILTER_CHARS_MAX
                            ? choices.filtering(filter + Character.toString(key), true)
                            : choices;
        };
    }

    private static Pressed command(WorkflowState state, int key, Instant now) {
        var choices = state.choices();
        return switch (key) {
            case 'q', 'Q' -> new Pressed(state, Optional.of(new Wish.Leave()));
            case '?' -> stays(state.with(toggled(choices, Body.HELP)));
            case 'l' -> stays(state.with(toggled(choices, Body.LOG)));
            case 'e' -> stays(state.with(toggled(choices, Body.EVENTS)));
            case '/' -> stays(state.with(choices.filtering(choices.filter(), true)));
            case 'p' -> paused(state);
            case 'c' -> cancelled(state);
            case 'a' -> answering(state, now);
            case Key.TAB, Key.LEFT, Key.RIGHT -> stays(state.with(sideways(state, key)));
            case Key.ENTER -> stays(entered(state, now));
            case Key.BACKSPACE, Key.ESCAPE -> stays(state.with(backed(choices)));
            default -> stays(moved(state, Key.lines(key, PAGE_LINES), now));
        };
    }

    private static Choices toggled(Choices choices, Body body) {
        return choices.with(choices.body() == body ? Body.OVERVIEW : body);
    }

    private static Choices sideways(WorkflowState state, int key) {
        boolean toAgents = key == Key.TAB ? !state.choices().onAgents() : key == Key.RIGHT;
        return state.choices().onAgents(toAgents && state.moment().steps().isPresent());
    }

    private static WorkflowState entered(WorkflowState state, Instant now) {
        if (state.choices().body() != Body.OVERVIEW) {
            return state;
        }
        var agents = state.agents(state.step(state.steps(now)));
        return state.agent(agents)
                .map(
                        agent ->
                                state.with(
                                        state.choices()
                                                .withAgent(Optional.of(agent.id()))
                                                .with(Body.AGENT)))
                .orElseGet(() -> state.saying("This step has no agents."));
    }

    /** One level up: to the overview, out of the agents, without a filter, to what is current. */
    private static Choices backed(Choices choices) {
        if (choices.body() != Body.OVERVIEW) {
            return choices.with(Body.OVERVIEW);
        }
        if (choices.onAgents()) {
            return choices.onAgents(false);
        }
        return choices.filter().isEmpty()
                ? choices.withStep(Optional.empty())
                : choices.filtering("", false);
    }

    private static WorkflowState moved(WorkflowState state, int lines, Instant now) {
        var choices = state.choices();
        if (lines == 0) {
            return state;
        }
        return switch (choices.body()) {
            case LOG, EVENTS -> {
                int all = choices.body() == Body.LOG ? state.log().size() : state.events().size();
                yield state.with(choices.back(Math.min(all, choices.back() - lines)));
            }
            case HELP -> state;
            case AGENT -> state.with(movedAgent(state, lines, now));
            case OVERVIEW ->
                    state.with(
                            choices.onAgents() || state.moment().steps().isEmpty()
                                    ? movedAgent(state, lines, now)
                                    : movedStep(state, lines, now));
        };
    }

    private static Choices movedStep(WorkflowState state, int lines, Instant now) {
        var steps = state.steps(now);
        return state.choices().withStep(next(steps, state.step(steps), lines).map(StepLine::id));
    }

    private static Choices movedAgent(WorkflowState state, int lines, Instant now) {
        var agents = state.agents(state.step(state.steps(now)));
        return state.choices()
                .withAgent(next(agents, state.agent(agents), lines).map(AgentRow::id));
    }

    private static <T> Optional<T> next(List<T> all, Optional<T> chosen, int lines) {
        return chosen.map(all::indexOf)
                .map(at -> all.get(Math.clamp((long) at + lines, 0, all.size() - 1)));
    }

    private static Pressed paused(WorkflowState state) {
        return switch (state.moment().details().job().status()) {
            case PAUSED, PAUSING -> new Pressed(state, Optional.of(new Wish.Resume()));
            case COMPLETED, FAILED, CANCELLED, CANCELLING ->
                    stays(state.saying("The job cannot be paused any more."));
            case PENDING, VALIDATED, SCHEDULED, QUEUED, RUNNING, UNKNOWN ->
                    new Pressed(state, Optional.of(new Wish.Pause()));
        };
    }

    private static Pressed cancelled(WorkflowState state) {
        var status = state.moment().details().job().status();
        return stays(
                status.terminal() || status == JobStatus.CANCELLING
                        ? state.saying("The job ends already.")
                        : state.with(
                                state.choices().asking(Optional.of(new Question.ReallyCancel()))));
    }

    /** The request of the chosen step, else the first. */
    private static Pressed answering(WorkflowState state, Instant now) {
        var requests = state.moment().requests();
        if (requests.isEmpty()) {
            return stays(state.saying("Nothing waits for a person."));
        }
        var chosen = state.step(state.steps(now)).map(StepLine::id);
        var request =
                requests.stream()
                        .filter(one -> chosen.filter(one.stepId()::equals).isPresent())
                        .findFirst()
                        .orElse(requests.getFirst());
        return stays(state.with(state.choices().asking(Optional.of(new Question.Decide(request)))));
    }

    /** The keys and what they do, as the view's help shows them. */
    static final List<Help> HELP =
            List.of(
                    new Help("↑ ↓", "choose a step, or an agent", "choose"),
                    new Help("← → Tab", "between steps and agents", ""),
                    new Help("Enter", "the chosen agent as a card", "agent"),
                    new Help("Backspace", "back; at the top to what is current", ""),
                    new Help("p", "pause the job, or resume it", "pause"),
                    new Help("c", "cancel the job, after a question", "cancel"),
                    new Help("a", "answer what waits for a person", ""),
                    new Help("l", "the run's log", "log"),
                    new Help("e", "the job's events", "events"),
                    new Help("/", "filter; Enter keeps it, Esc clears it", "filter"),
                    new Help("?", "this help", "help"),
                    new Help("q Ctrl-C", "leave; the job stays as it is", "leave"));

    /**
     * @param brief a word for the line of keys; empty = not there
     */
    record Help(String keys, String does, String brief) {

        /** {@code p pause}. */
        String inBrief() {
            return (keys.equals("↑ ↓") ? "↑↓" : keys.split(" ", 2)[0]) + " " + brief;
        }
    }
}
