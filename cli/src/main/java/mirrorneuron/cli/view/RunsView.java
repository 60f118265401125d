package mirrorneuron.cli.view;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.cli.output.Line;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** A list of runs that is redrawn in place. A pure function. */
public final class RunsView {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final int STATUS_WIDTH = 10;
    private static final int ENDED_WIDTH = 8;
    private static final int BLUEPRINT_WIDTH_MIN = 9;
    private static final int BLUEPRINT_WIDTH_MAX = 24;

    /** Below this neither the time of an end nor the blueprint has room beside an id. */
    private static final int WIDE_MIN = 70;

    private RunsView() {}

    /**
     * @param live whether its reader is there to press keys
     */
    public static List<String> frame(RunsState state, ZoneId zone, Size size, boolean live) {
        var page = size.page();
        var lines = new ArrayList<String>();
        lines.add(title(state, zone, page));
        lines.add(heading(state, page));
        var footer = footer(state, page, live);
        if (state.runs().isEmpty()) {
            lines.add(page.palette().dim("  No runs found"));
        }
        int room = Math.max(1, size.height() - lines.size() - footer.size());
        var chosen = state.run();
        var window =
                Window.of(state.runs().size(), chosen.map(state.runs()::indexOf).orElse(0), room);
        for (var run : state.runs().subList(window.from(), window.to())) {
            boolean isChosen = live && chosen.filter(run::equals).isPresent();
            lines.add(row(state, run, isChosen, zone, page));
        }
        window.rest(state.runs().size())
                .ifPresent(rest -> lines.add(page.palette().dim("  " + rest)));
        while (live && lines.size() < size.height() - footer.size()) {
            lines.add("");
        }
        lines.addAll(footer);
        return lines.subList(0, Math.min(lines.size(), size.height()));
    }

    private static String title(RunsState state, ZoneId zone, Page page) {
        var right =
                state.lookedAt().equals(Instant.MIN)
                        ? ""
                        : state.runs().size()
                                + (state.runs().size() == 1 ? " run | " : " runs | ")
                                + TIME.withZone(zone).format(state.lookedAt());
        return new Line()
                .add("runs", page.palette()::bold)
                .to(page.width() - right.length())
                .add(right)
                .toString();
    }

    private static boolean isWide(Page page) {
        return page.width() >= WIDE_MIN;
    }

    /** The longest id where it has room beside the others, else what they leave. */
    private static int idWidth(RunsState state, Page page) {
        int longest = state.runs().stream().mapToInt(run -> Text.width(run.id())).max().orElse(0);
        int blueprint =
                state.runs().stream()
                        .mapToInt(run -> Text.width(run.blueprint()))
                        .max()
                        .orElse(BLUEPRINT_WIDTH_MIN);
        int others =
                isWide(page)
                        ? 2
                                + ENDED_WIDTH
                                + 2
                                + Math.clamp(blueprint, BLUEPRINT_WIDTH_MIN, BLUEPRINT_WIDTH_MAX)
                        : 0;
        int room = page.width() - 4 - 1 - STATUS_WIDTH - others;
        return Math.clamp(longest, 3, room);
    }

    private static String heading(RunsState state, Page page) {
        int id = idWidth(state, page);
        var line = new Line().to(4).add("run").to(4 + id + 1).add("status");
        if (isWide(page)) {
            line.to(4 + id + 1 + STATUS_WIDTH + 2).add("ended").to(line.width() + 5);
            line.add("blueprint");
        }
        return page.palette().dim(line.toString());
    }

    /** New runs have a plus before them, changed ones a star, for one cycle. */
    private static String row(
            RunsState state, RunsState.Run run, boolean isChosen, ZoneId zone, Page page) {
        var palette = page.palette();
        var mark =
                state.fresh().contains(run.id())
                        ? "+"
                        : state.changed().contains(run.id()) ? "*" : " ";
        int id = idWidth(state, page);
        var status = run.status().wire();
        var line =
                new Line()
                        .add(isChosen ? "▸" : " ", palette::bold)
                        .add(mark + " ", palette::yellow)
                        .to(4)
                        .add(
                                Text.cutInside(Text.clean(run.id()), id),
                                text -> isChosen ? palette.bold(text) : text)
                        .to(4 + id + 1)
                        .add(status, text -> palette.status(status, text));
        if (isWide(page)) {
            line.to(4 + id + 1 + STATUS_WIDTH + 2)
                    .add(run.ended().map(TIME.withZone(zone)::format).orElse(""))
                    .to(4 + id + 1 + STATUS_WIDTH + 2 + ENDED_WIDTH + 2)
                    .add(Text.cut(Text.clean(Secrets.in(run.blueprint())), BLUEPRINT_WIDTH_MAX));
        }
        return line.toString();
    }

    private static List<String> footer(RunsState state, Page page, boolean live) {
        var lines = new ArrayList<String>();
        if (!state.trouble().isEmpty()) {
            lines.addAll(Footer.warning(state.trouble(), page));
        }
        if (live) {
            lines.add(page.palette().dim("↑↓ choose  Enter open  q leave"));
        }
        return lines;
    }
}
