package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.HumanRequest;
import mirrorneuron.api.JobId;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** What keeps a job from going on by itself: people who are to answer, or that nothing moves. */
public final class RequestText {

    /** More open questions than this would push the steps off the screen. */
    private static final int REQUESTS_MAX = 2;

    private RequestText() {}

    /** Why nothing moves and what would help, folded to the page. */
    public static List<String> standstill(Explanation why, Page page) {
        var lines = new ArrayList<String>();
        var mark = "! ";
        for (var line : Text.folded(Text.clean(Secrets.in(why.sentence())), page.width() - 2)) {
            lines.add(page.palette().yellow(mark + line));
            mark = "  ";
        }
        if (!why.remediation().isEmpty()) {
            Text.folded(Text.clean(Secrets.in(why.remediation())), page.width() - 2)
                    .forEach(line -> lines.add("  " + line));
        }
        return lines;
    }

    /**
     * What waits for a person, and the command that answers.
     *
     * @param here whether a key answers, so that no command is needed
     */
    static List<String> lines(
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
            // A command that is cut is of no use.
            var later = "  a answers; so does, later, mn job human " + job;
            lines.add(Text.width(later) <= page.width() ? later : "  a answers");
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
    public static List<String> lines(
            JobId job, List<HumanRequest> requests, Instant now, Page page) {
        return lines(job, requests, now, false, page);
    }
}
