package mirrorneuron.cli.view;

import java.util.Optional;

/**
 * What a reader chose of a workflow's view.
 *
 * @param step the chosen step; empty = whichever is current
 * @param agent the chosen agent; empty = the first of the step
 * @param onAgents whether up and down move in the list of agents
 * @param back lines between the end of a log or of the events and what is shown
 * @param filter only rows and lines with this text; empty = all
 * @param typing whether keys go into the filter
 */
record Choices(
        Body body,
        Optional<String> step,
        Optional<String> agent,
        boolean onAgents,
        int back,
        String filter,
        boolean typing,
        Optional<Question> question) {

    /** What stands between the edges of the view. */
    enum Body {
        OVERVIEW,
        AGENT,
        LOG,
        EVENTS,
        HELP
    }

    static final Choices NONE =
            new Choices(
                    Body.OVERVIEW,
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    0,
                    "",
                    false,
                    Optional.empty());

    Choices with(Body value) {
        return new Choices(value, step, agent, onAgents, 0, filter, typing, question);
    }

    Choices withStep(Optional<String> value) {
        return new Choices(body, value, Optional.empty(), onAgents, back, filter, typing, question);
    }

    Choices withAgent(Optional<String> value) {
        return new Choices(body, step, value, onAgents, back, filter, typing, question);
    }

    Choices onAgents(boolean value) {
        return new Choices(body, step, agent, value, back, filter, typing, question);
    }

    Choices back(int value) {
        return new Choices(
                body, step, agent, onAgents, Math.max(0, value), filter, typing, question);
    }

    Choices filtering(String value, boolean goesOn) {
        return new Choices(body, step, agent, onAgents, 0, value, goesOn, question);
    }

    Choices asking(Optional<Question> value) {
        return new Choices(body, step, agent, onAgents, back, filter, typing, value);
    }
}
