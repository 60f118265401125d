package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import mirrorneuron.api.PoolStats;
import mirrorneuron.cli.output.Line;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** What a runtime does, on one page. A pure function. */
public final class TopView {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final int STATUS_WIDTH = 10;
    private static final int BAR_WIDTH = 10;
    private static final int ELAPSED_WIDTH = 9;
    private static final int POOL_WIDTH_MIN = 7;
    private static final int POOL_WIDTH_MAX = 16;

    /** Nodes of a large cluster would leave no room for jobs. */
    private static final int NODES_MAX = 8;

    private TopView() {}

    /**
     * @param live whether its reader is there to press keys
     */
    public static List<String> frame(TopState state, ZoneId zone, Size size, boolean live) {
        var page = size.page();
        var lines = new ArrayList<String>();
        lines.add(title(state, zone, page));
        if (state.at().equals(Instant.MIN)) {
            lines.add(page.palette().dim("  looking …"));
        } else {
            lines.add(load(state, page));
            lines.add(Text.cut(counts(state), page.width()));
            lines.add("");
            nodes(state, page, lines);
            lines.add("");
            jobs(state, page, size.height() - lines.size() - 2, lines);
        }
        var footer = footer(state, page, live);
        var shown =
                new ArrayList<>(
                        lines.subList(0, Math.min(lines.size(), size.height() - footer.size())));
        while (live && shown.size() < size.height() - footer.size()) {
            shown.add("");
        }
        shown.addAll(footer);
        return shown;
    }

    private static String title(TopState state, ZoneId zone, Page page) {
        var right =
                state.at().equals(Instant.MIN)
                        ? ""
                        : state.unfinished()
                                + (state.unfinished() == 1 ? " job | " : " jobs | ")
                                + state.nodes().size()
                                + (state.nodes().size() == 1 ? " node | " : " nodes | ")
                                + TIME.withZone(zone).format(state.at());
        return new Line()
                .add("runtime", page.palette()::bold)
                .to(page.width() - right.length())
                .add(right)
                .toString();
    }

    /** {@code 2 wait for a slot · 12.5 events/s · 3 jobs ended/min}. */
    private static String load(TopState state, Page page) {
        var text = new StringJoiner(" · ");
        text.add(
                state.queued() == 0
                        ? "nothing waits for a slot"
                        : state.queued()
                                + (state.queued() == 1 ? " waits" : " wait")
                                + " for a slot");
        state.rates()
                .ifPresent(
                        rates ->
                                text.add(number(rates.eventsPerSecond()) + " events/s")
                                        .add(number(rates.endedPerMinute()) + " jobs ended/min"));
        return Text.cut(text.toString(), page.width());
    }

    static String counts(TopState state) {
        var counts = new StringJoiner(", ").setEmptyValue("no jobs");
        state.byStatus().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> counts.add(entry.getValue() + " " + entry.getKey().wire()));
        return counts.toString();
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
    }

    private static void nodes(TopState state, Page page, List<String> lines) {
        var palette = page.palette();
        lines.add(palette.dim("  node and pools"));
        for (var node : state.nodes().subList(0, Math.min(NODES_MAX, state.nodes().size()))) {
            boolean well = node.status().equals("healthy") && node.eligible();
            var status = node.status() + (node.eligible() ? "" : ", takes no work");
            lines.add(
                    new Line()
                            .add(well ? "✓ " : "! ", well ? palette::green : palette::yellow)
                            .add(
                                    Text.cut(
                                            clean(node.name()), page.width() - status.length() - 5),
                                    palette::bold)
                            .add("  ")
                            .add(status)
                            .toString());
            node.pools().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(pool -> lines.add(pool(pool, page)));
        }
        if (state.nodes().size() > NODES_MAX) {
            lines.add(palette.dim("  … " + (state.nodes().size() - NODES_MAX) + " more nodes"));
        }
    }

    private static String pool(Map.Entry<String, PoolStats> pool, Page page) {
        var stats = pool.getValue();
        var used = stats.inUse() + "/" + stats.capacity() + " in use";
        var waits = stats.queued() == 0 ? "" : ", " + stats.queued() + " wait";
        int room = page.width() - 4 - BAR_WIDTH - 4 - used.length() - waits.length();
        int width = Math.clamp(room, POOL_WIDTH_MIN, POOL_WIDTH_MAX);
        int bar = Math.clamp(BAR_WIDTH + room - width, 0, BAR_WIDTH);
        int filled = stats.capacity() == 0 ? 0 : bar * stats.inUse() / stats.capacity();
        return new Line()
                .add("    ")
                .add(Text.padded(Text.cut(clean(pool.getKey()), width), width))
                .add("  ")
                .add("█".repeat(Math.min(bar, filled)), page.palette()::cyan)
                .add("░".repeat(Math.max(0, bar - filled)), page.palette()::dim)
                .add("  " + used)
                .add(waits, page.palette()::yellow)
                .toString();
    }

    private static void jobs(TopState state, Page page, int room, List<String> lines) {
        var palette = page.palette();
        int fixed = 2 + 1 + STATUS_WIDTH + 1 + 5 + ELAPSED_WIDTH;
        int bar = page.width() >= 60 ? BAR_WIDTH + 1 : 0;
        int name = page.width() - fixed - bar;
        var heading =
                new Line()
                        .add("  job")
                        .to(2 + name + 1)
                        .add("status")
                        .to(2 + name + 1 + STATUS_WIDTH + 1);
        heading.add(bar > 0 ? "progress" : " done")
                .to(page.width() - "elapsed".length())
                .add("elapsed");
        lines.add(palette.dim(heading.toString()));
        if (state.jobs().isEmpty()) {
            lines.add(palette.dim("  no job is unfinished"));
        }
        var window = Window.of(state.jobs().size(), 0, Math.max(1, room));
        for (var job : state.jobs().subList(window.from(), window.to())) {
            lines.add(job(job, state.at(), name, bar, page));
        }
        long rest = state.unfinished() - (window.to() - window.from());
        if (rest > 0 && !state.jobs().isEmpty()) {
            lines.add(palette.dim("  … " + rest + " more"));
        }
    }

    private static String job(TopState.Job job, Instant now, int name, int bar, Page page) {
        var palette = page.palette();
        var status = job.status().wire();
        var line =
                new Line()
                        .add("  ")
                        .add(Text.cutInside(clean(job.id()), name))
                        .to(2 + name + 1)
                        .add(status, text -> palette.status(status, text))
                        .to(2 + name + 1 + STATUS_WIDTH + 1);
        int percent = job.percent().orElse(0);
        if (bar > 0) {
            int filled = (bar - 1) * percent / 100;
            line.add("█".repeat(filled), text -> palette.status(status, text))
                    .add(
                            (job.percent().isPresent() ? "░" : "·").repeat(bar - 1 - filled),
                            palette::dim)
                    .add(" ");
        }
        line.add(Text.paddedLeft(job.percent().isPresent() ? percent + "%" : "", 5));
        var elapsed = Elapsed.of(Duration.between(job.submittedAt(), now));
        return line.to(page.width() - elapsed.length()).add(elapsed).toString();
    }

    private static String clean(String text) {
        return Text.clean(Secrets.in(text));
    }

    private static List<String> footer(TopState state, Page page, boolean live) {
        var lines = new ArrayList<String>();
        if (!state.trouble().isEmpty()) {
            lines.addAll(Footer.warning(state.trouble(), page));
        }
        if (live) {
            lines.add(page.palette().dim("q leave"));
        }
        return lines;
    }
}
