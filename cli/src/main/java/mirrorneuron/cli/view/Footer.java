package mirrorneuron.cli.view;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** The last lines of a view: what just happened, what it costs, what is wrong, and the keys. */
public final class Footer {

    private static final String KEY_GAP = "  ";

    private Footer() {}

    static List<String> live(WorkflowState state, Instant now, ZoneId zone, Size size) {
        var page = size.page();
        var lines = new ArrayList<>(facts(state, zone, page));
        var moment = state.moment();
        if (!moment.requests().isEmpty()) {
            lines.addAll(
                    RequestText.lines(
                            moment.details().job().jobId(), moment.requests(), now, true, page));
        } else {
            moment.standstill().ifPresent(why -> lines.addAll(RequestText.standstill(why, page)));
        }
        if (!state.trouble().isEmpty()) {
            lines.addAll(warning(state.trouble(), page));
        }
        if (!state.said().isEmpty()) {
            Text.folded(state.said(), page.width()).forEach(lines::add);
        }
        lines.addAll(keys(state, page));
        return lines;
    }

    static List<String> last(WorkflowState state, ZoneId zone, Page page) {
        return facts(state, zone, page);
    }

    /** The latest event, and what the run uses. */
    private static List<String> facts(WorkflowState state, ZoneId zone, Page page) {
        var lines = new ArrayList<String>();
        if (!state.events().isEmpty()) {
            lines.add(
                    page.palette()
                            .dim(
                                    Text.cut(
                                            "last  "
                                                    + EventText.human(
                                                            state.events().getLast(), zone),
                                            page.width())));
        }
        var usage = state.usage().text();
        if (!usage.isEmpty()) {
            lines.add(page.palette().dim(Text.cut("uses  " + usage, page.width())));
        }
        return lines;
    }

    public static List<String> warning(String text, Page page) {
        var lines = new ArrayList<String>();
        var mark = "! ";
        for (var part : Text.folded(Text.clean(Secrets.in(text)), page.width() - 2)) {
            lines.add(page.palette().yellow(mark + part));
            mark = "  ";
        }
        return lines;
    }

    private static List<String> keys(WorkflowState state, Page page) {
        var choices = state.choices();
        if (choices.question().isPresent()) {
            return Text.folded(
                            Text.clean(Secrets.in(choices.question().get().text())), page.width())
                    .stream()
                    .map(page.palette()::bold)
                    .toList();
        }
        if (choices.typing()) {
            return List.of(
                    page.palette()
                            .bold(Text.cut("filter: " + choices.filter() + "▏", page.width())));
        }
        var line = new StringBuilder();
        if (!choices.filter().isEmpty()) {
            line.append("filter: ").append(Text.cut(choices.filter(), page.width() / 3));
        }
        boolean back = choices.body() != Choices.Body.OVERVIEW;
        var words = new ArrayList<String>();
        if (back) {
            words.add("Backspace back");
        }
        WorkflowKeys.HELP.stream()
                .filter(help -> !help.brief().isEmpty())
                .filter(help -> !back || !help.brief().equals("agent"))
                .forEach(help -> words.add(word(help.inBrief(), state)));
        return List.of(page.palette().dim(fitted(line.toString(), words, page.width())));
    }

    /** What the key does now. */
    private static String word(String usual, WorkflowState state) {
        boolean held =
                switch (state.moment().details().job().status()) {
                    case PAUSED, PAUSING -> true;
                    default -> false;
                };
        return switch (usual) {
            case "p pause" -> held ? "p resume" : usual;
            case "↑↓ choose" ->
                    switch (state.choices().body()) {
                        case LOG, EVENTS -> "↑↓ scroll";
                        case OVERVIEW, AGENT, HELP -> usual;
                    };
            default -> usual;
        };
    }

    /** As many words as fit; the last two are always among them: help, and the way out. */
    private static String fitted(String before, List<String> words, int width) {
        var tail = String.join(KEY_GAP, words.subList(words.size() - 2, words.size()));
        var text = new StringBuilder(before);
        for (var word : words.subList(0, words.size() - 2)) {
            var gap = text.isEmpty() ? "" : KEY_GAP;
            int after = Text.width(text + gap + word + KEY_GAP + tail);
            if (after <= width) {
                text.append(gap).append(word);
            }
        }
        return Text.cut(text + (text.isEmpty() ? "" : KEY_GAP) + tail, width);
    }
}
