package mirrorneuron.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.cli.output.Line;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** The steps of a workflow, one a line, in the order in which work flows. */
final class StepPane {

    private StepPane() {}

    static List<Line> lines(
            WorkflowState state,
            List<StepLine> steps,
            Optional<StepLine> chosen,
            Page page,
            int width,
            int room) {
        var lines = new ArrayList<Line>();
        lines.add(
                new Line()
                        .add("  steps", page.palette()::dim)
                        .to(width - 6)
                        .add("agents", page.palette()::dim));
        if (steps.isEmpty()) {
            lines.add(new Line().add(Text.cut("  no step matches the filter", width)));
        }
        var window =
                Window.of(steps.size(), chosen.map(steps::indexOf).orElse(0), room - lines.size());
        for (int i = window.from(); i < window.to(); i++) {
            lines.add(line(state, steps.get(i), chosen, page, width));
        }
        window.rest(steps.size())
                .ifPresent(
                        rest ->
                                lines.add(
                                        new Line()
                                                .add(
                                                        Text.cut("  " + rest, width),
                                                        page.palette()::dim)));
        return lines;
    }

    private static Line line(
            WorkflowState state, StepLine step, Optional<StepLine> chosen, Page page, int width) {
        boolean isChosen = chosen.filter(one -> one.id().equals(step.id())).isPresent();
        var palette = page.palette();
        var line =
                new Line()
                        .add(isChosen ? state.choices().onAgents() ? "›" : "▸" : " ", palette::bold)
                        .add(step.rail(), palette::dim)
                        .add(
                                step.row().mark() + " ",
                                text -> palette.status(step.row().status(), text));
        var done = step.agentsDone();
        int room = width - line.width() - done.length() - 1;
        var name = Text.cut(Text.clean(Secrets.in(step.row().name())), room);
        line.add(
                name,
                text -> {
                    var painted = step.live() ? palette.cyan(text) : text;
                    return isChosen || step.live() ? palette.bold(painted) : painted;
                });
        return done.isEmpty() ? line : line.to(width - done.length()).add(done, palette::dim);
    }
}
