package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobId;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/**
 * Steps as lines: the rows of a view that is redrawn, and how to answer what waits for a person.
 */
public final class StepsView {

    private static final int STATUS_WIDTH = 10;
    private static final int ATTEMPT_WIDTH = 8;
    private static final int NAME_WIDTH_MAX = 36;

    /** More open questions than this would push the steps off the screen. */
    private static final int REQUESTS_MAX = 2;

    private StepsView() {}

    /** Rows in declared order. Where not all have room, the rest is counted. */
    static List<String> rows(WorkflowProgress progress, Instant now, int rowsMax, Page page) {
        var rows = StepRow.of(progress, now);
        if (rows.isEmpty()) {
            return List.of();
        }
        var shown = shown(rows, rowsMax);
        int longest = shown.stream().mapToInt(row -> Text.width(row.name())).max().orElse(0);
        int room = page.width() - 2 - STATUS_WIDTH - ATTEMPT_WIDTH - 3;
        int nameWidth = Math.clamp(longest, 5, Math.clamp(room * 2L / 3, 5, NAME_WIDTH_MAX));
        var lines = new ArrayList<String>();
        lines.add(
                page.palette()
                        .dim(
                                Text.cut(
                                        "  "
                                                + Text.padded("step", nameWidth)
                                                + " "
                                                + Text.padded("status", STATUS_WIDTH)
                                                + Text.paddedLeft("attempt", ATTEMPT_WIDTH),
                                        page.width())));
        shown.forEach(row -> lines.add(line(row, nameWidth, page)));
        if (shown.size() < rows.size()) {
            var rest = new ArrayList<>(rows);
            rest.removeAll(shown);
            lines.add(page.palette().dim(Text.cut(others(rest), page.width())));
        }
        return lines;
    }

    private static List<StepRow> shown(List<StepRow> rows, int rowsMax) {
        if (rows.size() <= rowsMax) {
            return rows;
        }
        var chosen =
                new HashSet<>(
                        IntStream.range(0, rows.size())
                                .boxed()
                                .sorted(Comparator.comparingInt(at -> rows.get(at).rank()))
                                .limit(Math.max(0, rowsMax - 1))
                                .toList());
        return IntStream.range(0, rows.size())
                .filter(chosen::contains)
                .mapToObj(rows::get)
                .toList();
    }

    private static String line(StepRow row, int nameWidth, Page page) {
        int used = 2 + nameWidth + 1 + STATUS_WIDTH + ATTEMPT_WIDTH;
        var line =
                page.palette().status(row.status(), row.mark())
                        + " "
                        + Text.padded(Text.cut(Text.clean(row.name()), nameWidth), nameWidth)
                        + " "
                        + page.palette()
                                .status(row.status(), Text.padded(row.status(), STATUS_WIDTH))
                        + Text.paddedLeft(
                                row.attempt() > 0 ? Integer.toString(row.attempt()) : "",
                                ATTEMPT_WIDTH);
        var why = Text.clean(Secrets.in(row.why()));
        return why.isEmpty() || page.width() - used < 8
                ? line.stripTrailing()
                : line + "  " + Text.cut(why, page.width() - used - 2);
    }

    private static String others(List<StepRow> rows) {
        var counts = new TreeMap<String, Integer>();
        rows.forEach(row -> counts.merge(row.status(), 1, Integer::sum));
        var text = new StringBuilder("  … " + rows.size() + " more");
        var separator = ": ";
        for (var count : counts.entrySet()) {
            text.append(separator).append(count.getValue()).append(' ').append(count.getKey());
            separator = ", ";
        }
        return text.toString();
    }

    /**
     * What waits for a person, and the command that answers.
     *
     * @param here whether a key answers, so that no command is needed
     */
    static List<String> requests(
            JobId job, List<HumanRequest> requests, Instant now, boolean here, Page page) {
        var lines = new ArrayList<String>();
        for (var request : requests.subList(0, Math.min(REQUESTS_MAX, requests.size()))) {
            var mark = "? ";
            for (var part : Text.folded(sentence(request, now), page.width() - 2)) {
                lines.add(page.palette().yellow(mark + part));
                mark = "  ";
            }
            if (!here) {
                Text.folded(command(job, request), page.width() - 2)
                        .forEach(part -> lines.add("  " + part));
            }
        }
        if (requests.size() > REQUESTS_MAX) {
            lines.add("? " + (requests.size() - REQUESTS_MAX) + " more: mn job human " + job);
        }
        if (here && !requests.isEmpty()) {
            lines.add(Text.cut("  a answers; so does, later, mn job human " + job, page.width()));
        }
        return lines;
    }

    /** {@code draft waits for a person: Review the draft (approve or reject within 58 m 03 s)}. */
    private static String sentence(HumanRequest request, Instant now) {
        var title = Text.clean(Secrets.in(request.title()));
        return request.stepId()
                + " waits for a person"
                + (title.equals(request.stepId()) ? "" : ": " + title)
                + " ("
                + choice(request.allowedDecisions())
                + request.timeoutAt()
                        .map(at -> " within " + Elapsed.of(Duration.between(now, at)))
                        .orElse("")
                + ")";
    }

    /** {@code approve, revise or reject}. */
    public static String choice(List<String> words) {
        return words.size() < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }

    /** A command that answers a request, ready to be pasted. */
    public static String command(JobId job, HumanRequest request) {
        return "mn job human "
                + job
                + " --respond "
                + request.requestId()
                + " --decision "
                + request.allowedDecisions().stream().findFirst().orElse("approve");
    }

    /** What waits for a person, for lines that stay. */
    public static List<String> requests(
            JobId job, List<HumanRequest> requests, Instant now, Page page) {
        return requests(job, requests, now, false, page);
    }
}
