package mirrorneuron.cli.view;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.cli.output.Line;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.Choices.Body;

/**
 * A job as a person follows it: a title, the steps with the agents of one of them, and a footer. A
 * pure function, so that what people see is tested as text.
 */
public final class WorkflowView {

    /** Below this, steps and agents stand one above the other. */
    private static final int COLUMNS_WIDTH_MIN = 72;

    private static final int STEPS_STACKED_MIN = 3;
    private static final String SEPARATOR = " │ ";

    private WorkflowView() {}

    /** The view while the job is followed; it fills the height. */
    public static List<String> live(WorkflowState state, Instant now, ZoneId zone, Size size) {
        var footer = Footer.live(state, now, zone, size);
        var lines = new ArrayList<>(Title.lines(state, now, size.page()));
        int room = Math.max(1, size.height() - lines.size() - footer.size());
        var body = body(state, now, zone, size.page(), room);
        lines.addAll(body.subList(0, Math.min(room, body.size())));
        while (lines.size() < size.height() - footer.size()) {
            lines.add("");
        }
        lines.addAll(footer);
        return lines.subList(0, Math.min(lines.size(), size.height()));
    }

    /** The view that stays on the terminal when nobody follows any more. */
    public static List<String> last(WorkflowState state, Instant now, ZoneId zone, Size size) {
        var plain = state.with(state.choices().with(Body.OVERVIEW).filtering("", false));
        var footer = Footer.last(plain, zone, size.page());
        var lines = new ArrayList<>(Title.lines(plain, now, size.page()));
        int room = Math.max(1, size.height() - lines.size() - footer.size());
        var body = overview(plain, now, size.page(), room);
        lines.addAll(body.subList(0, Math.min(room, body.size())));
        lines.addAll(footer);
        return lines;
    }

    private static List<String> body(
            WorkflowState state, Instant now, ZoneId zone, Page page, int room) {
        return switch (state.choices().body()) {
            case OVERVIEW -> overview(state, now, page, room);
            case AGENT -> card(state, now, zone, page, room);
            case LOG ->
                    TextPane.lines(
                            "log",
                            state.log(),
                            "Nothing was logged yet.",
                            state.choices(),
                            page,
                            room);
            case EVENTS ->
                    TextPane.lines(
                            "events",
                            state.events().stream()
                                    .map(event -> EventText.human(event, zone))
                                    .toList(),
                            "Nothing happened yet.",
                            state.choices(),
                            page,
                            room);
            case HELP -> help(page);
        };
    }

    private static List<String> card(
            WorkflowState state, Instant now, ZoneId zone, Page page, int room) {
        var step = state.step(state.steps(now));
        return state.agent(state.agents(step))
                .map(agent -> AgentCard.lines(agent, step, now, zone, page))
                .orElseGet(() -> overview(state, now, page, room));
    }

    private static List<String> overview(WorkflowState state, Instant now, Page page, int room) {
        var steps = state.steps(now);
        var step = state.step(steps);
        var agents = state.agents(step);
        if (state.moment().steps().isEmpty()) {
            return AgentPane.lines(state, Optional.empty(), agents, page, page.width(), room);
        }
        return page.width() < COLUMNS_WIDTH_MIN
                ? stacked(state, steps, step, agents, page, room)
                : columns(state, steps, step, agents, page, room);
    }

    private static List<String> columns(
            WorkflowState state,
            List<StepLine> steps,
            Optional<StepLine> step,
            List<AgentRow> agents,
            Page page,
            int room) {
        int leftWidth = page.width() / 3;
        int rightWidth = page.width() - leftWidth - SEPARATOR.length();
        var left = StepPane.lines(state, steps, step, page, leftWidth, room);
        var right = AgentPane.lines(state, step, agents, page, rightWidth, room);
        var lines = new ArrayList<String>();
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            var line = new Line();
            if (i < left.size()) {
                line.add(left.get(i));
            }
            line.to(leftWidth).add(SEPARATOR, page.palette()::dim);
            lines.add((line + (i < right.size() ? right.get(i) : "")).stripTrailing());
        }
        return lines;
    }

    private static List<String> stacked(
            WorkflowState state,
            List<StepLine> steps,
            Optional<StepLine> step,
            List<AgentRow> agents,
            Page page,
            int room) {
        // The agents get what they need, as long as a few steps stay in sight.
        int forAgents = Math.min(agents.size() + 3, Math.max(4, room / 2));
        int forSteps = Math.max(STEPS_STACKED_MIN, room - forAgents);
        var lines = new ArrayList<String>();
        StepPane.lines(state, steps, step, page, page.width(), forSteps)
                .forEach(line -> lines.add(line.toString()));
        lines.add(page.palette().dim("─".repeat(page.width())));
        lines.addAll(AgentPane.lines(state, step, agents, page, page.width(), room - lines.size()));
        return lines;
    }

    private static List<String> help(Page page) {
        var lines = new ArrayList<String>();
        lines.add(page.palette().bold("keys"));
        int width =
                WorkflowKeys.HELP.stream()
                        .mapToInt(help -> Text.width(help.keys()))
                        .max()
                        .orElse(0);
        for (var help : WorkflowKeys.HELP) {
            lines.add(
                    "  "
                            + page.palette().cyan(Text.padded(help.keys(), width))
                            + "  "
                            + Text.cut(help.does(), page.width() - width - 4));
        }
        return lines;
    }
}
