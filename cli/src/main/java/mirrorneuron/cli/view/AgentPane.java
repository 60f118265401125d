package mirrorneuron.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.cli.output.Line;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** The agents of a step, or of a job without steps, one a line. */
final class AgentPane {

    private static final int ROWS_MAX = 20;
    private static final int MAIL_WIDTH = 5;
    private static final int PERCENT_WIDTH = 6;
    private static final int BAR_WIDTH = 10;
    private static final int NAME_WIDTH_MIN = 10;
    private static final int NAME_WIDTH_MAX = 32;
    private static final int TASK_WIDTH_MIN = 10;

    private AgentPane() {}

    static List<String> lines(
            WorkflowState state,
            Optional<StepLine> step,
            List<AgentRow> agents,
            Page page,
            int width,
            int room) {
        var lines = new ArrayList<String>();
        step.ifPresent(chosen -> lines.add(caption(chosen, page, width)));
        if (agents.isEmpty()) {
            lines.add(
                    page.palette()
                            .dim(
                                    Text.cut(
                                            state.choices().filter().isEmpty()
                                                    ? "  no agents"
                                                    : "  no agent matches the filter",
                                            width)));
            return lines;
        }
        var columns = Columns.of(agents, width);
        lines.add(page.palette().dim(columns.heading().toString()));
        var chosen = state.agent(agents);
        int rows = Math.max(1, Math.min(room - lines.size(), ROWS_MAX + 1));
        var window = Window.of(agents.size(), chosen.map(agents::indexOf).orElse(0), rows);
        for (int i = window.from(); i < window.to(); i++) {
            boolean isChosen =
                    chosen.isPresent()
                            && chosen.get().id().equals(agents.get(i).id())
                            && (step.isEmpty() || state.choices().onAgents());
            lines.add(columns.row(agents.get(i), i + 1, isChosen, page).toString());
        }
        window.rest(agents.size())
                .ifPresent(rest -> lines.add(page.palette().dim(Text.cut("  " + rest, width))));
        return lines;
    }

    /** {@code review · running · attempt 2 · 2.0 s}. */
    private static String caption(StepLine step, Page page, int width) {
        var row = step.row();
        var rest = new StringBuilder();
        if (row.attempt() > 1) {
            rest.append(" · attempt ").append(row.attempt());
        }
        if (!row.why().isEmpty()) {
            rest.append(" · ").append(Text.clean(Secrets.in(row.why())));
        }
        var name = Text.cut(Text.clean(Secrets.in(row.name())), width / 2);
        return new Line()
                .add(name, page.palette()::bold)
                .add(" · ")
                .add(row.status(), text -> page.palette().status(row.status(), text))
                .add(
                        Text.cut(
                                rest.toString(),
                                width - Text.width(name) - 3 - row.status().length()))
                .toString();
    }

    /** How wide each column is; 0 = not there. */
    private record Columns(int number, int name, int task, int bar, int tokens, int width) {

        static Columns of(List<AgentRow> agents, int width) {
            int number = 1 + Integer.toString(agents.size()).length();
            int tokens =
                    agents.stream().mapToInt(agent -> agent.tokenText().length()).max().orElse(0);
            tokens = tokens == 0 ? 0 : Math.max(tokens, "tokens".length()) + 1;
            int longest =
                    agents.stream().mapToInt(agent -> Text.width(agent.name())).max().orElse(0);
            boolean tasked = agents.stream().anyMatch(agent -> !agent.detail().isEmpty());
            // Pointer, number, blank, mark, blank; then what every width has room for.
            int room = width - number - 4 - PERCENT_WIDTH - MAIL_WIDTH;
            int bar = BAR_WIDTH + 1;
            int task = tasked ? TASK_WIDTH_MIN + 1 : 0;
            if (room < NAME_WIDTH_MIN + bar + tokens + task) {
                task = 0;
            }
            if (room < NAME_WIDTH_MIN + bar + tokens) {
                tokens = 0;
            }
            if (room < NAME_WIDTH_MIN + bar) {
                bar = 0;
            }
            int name =
                    Math.clamp(
                            longest, 5, Math.clamp(room - bar - tokens - task, 5, NAME_WIDTH_MAX));
            int spare = room - bar - tokens - task - name;
            return new Columns(
                    number,
                    name,
                    task == 0 ? 0 : task + Math.clamp(spare, 0, 30),
                    bar,
                    tokens,
                    width);
        }

        Line heading() {
            var line = new Line().add(Text.paddedLeft("#", number + 1)).add("   agent");
            line.to(number + 4 + name);
            if (task > 0) {
                line.add(" working on");
            }
            line.to(number + 4 + name + task);
            line.add(bar > 0 ? " progress" : "");
            line.to(number + 4 + name + task + bar + PERCENT_WIDTH);
            if (tokens > 0) {
                line.add(Text.paddedLeft("tokens", tokens));
            }
            return line.add(Text.paddedLeft("mail", MAIL_WIDTH));
        }

        Line row(AgentRow agent, int at, boolean isChosen, Page page) {
            var palette = page.palette();
            var line =
                    new Line()
                            .add(isChosen ? "▸" : " ", palette::bold)
                            .add(Text.paddedLeft(Integer.toString(at), number), palette::dim)
                            .add(" ")
                            .add(agent.mark(), text -> palette.status(agent.status(), text))
                            .add(" ")
                            .add(
                                    Text.cut(agent.name(), name),
                                    text -> isChosen ? palette.bold(text) : text)
                            .to(number + 4 + name);
            if (task > 0) {
                line.add(" ")
                        .add(
                                Text.cut(agent.detail(), task - 1),
                                text -> agent.status().equals("error") ? palette.red(text) : text);
                line.to(number + 4 + name + task);
            }
            if (bar > 0) {
                int filled = (int) (agent.progress() * (bar - 1));
                line.add(" ")
                        .add("█".repeat(filled), text -> palette.status(agent.status(), text))
                        .add("░".repeat(bar - 1 - filled), palette::dim);
            }
            line.add(Text.paddedLeft(agent.percent() + "%", PERCENT_WIDTH));
            if (tokens > 0) {
                line.add(Text.paddedLeft(agent.tokenText(), tokens));
            }
            return line.add(Text.paddedLeft(Long.toString(agent.mailbox()), MAIL_WIDTH));
        }
    }
}
