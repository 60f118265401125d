package mirrorneuron.cli.view;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** Lines that grow at their end: a log, or events. */
final class TextPane {

    private TextPane() {}

    static List<String> lines(
            String title, List<String> all, String none, Choices choices, Page page, int room) {
        var wanted =
                all.stream().filter(line -> StepLine.contains(line, choices.filter())).toList();
        int back = Math.min(choices.back(), Math.max(0, wanted.size() - room + 1));
        int to = wanted.size() - back;
        var shown = wanted.subList(Math.max(0, to - room + 1), to);
        var lines = new ArrayList<String>();
        lines.add(
                page.palette().bold(title)
                        + (back > 0 ? page.palette().dim("  " + back + " newer below") : ""));
        if (shown.isEmpty()) {
            lines.add(
                    page.palette()
                            .dim(
                                    "  "
                                            + (choices.filter().isEmpty()
                                                    ? none
                                                    : "No line matches the filter.")));
        }
        shown.forEach(line -> lines.add(Text.cut(Text.clean(Secrets.in(line)), page.width())));
        return lines;
    }
}
