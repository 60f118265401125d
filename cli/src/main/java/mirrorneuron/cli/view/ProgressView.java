package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobDetails;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/**
 * One moment of a job as lines: a headline, a bar, the steps or agents that matter most, the last
 * event and, when the job stands still or waits for a person, why and what helps. A pure function,
 * so that what people see is tested as text.
 */
public final class ProgressView {

    private static final int COUNTER_WIDTH = 8;
    private static final int STATUS_WIDTH = 10;
    private static final int AGENT_WIDTH_MAX = 36;

    private ProgressView() {}

    /**
     * @param now the moment, for the elapsed time of a job that has not ended
     * @param rowsMax how many steps or agents are listed; the others are counted
     */
    public static List<String> frame(
            Moment moment, Instant now, ZoneId zone, int rowsMax, Page page) {
        var details = moment.details();
        var lines = new ArrayList<String>();
        lines.add(headline(details, now, page));
        if (moment.steps().isPresent()) {
            var steps = moment.steps().get();
            var progress = StepsProgress.of(steps);
            lines.add(bar(OptionalInt.of(progress.percent()), progress.text(" · "), page));
            lines.addAll(StepsView.rows(steps, now, rowsMax, page));
        } else {
            var progress = JobProgress.of(details);
            lines.add(bar(progress.percent(), text(progress), page));
            lines.addAll(agents(details.agents(), rowsMax, page));
        }
        details.recentEvents().stream()
                .findFirst()
                .ifPresent(
                        event ->
                                lines.add(
                                        page.palette()
                                                .dim(
                                                        Text.cut(
                                                                "last  "
                                                                        + EventText.human(
                                                                                event, zone),
                                                                page.width()))));
        if (moment.requests().isEmpty()) {
            moment.standstill().ifPresent(why -> lines.addAll(standstill(why, page)));
        } else {
            lines.addAll(
                    StepsView.requests(details.job().jobId(), moment.requests(), now, true, page));
        }
        return lines;
    }

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

    private static String headline(JobDetails details, Instant now, Page page) {
        var job = details.job();
        var status = job.status().wire();
        var until = job.status().terminal() ? job.updatedAt() : now;
        var elapsed = Elapsed.of(Duration.between(job.submittedAt(), until));
        int right = status.length() + 3 + elapsed.length();
        var name =
                Text.cut(
                        Text.clean(job.jobName().orElse(job.graphId())),
                        Math.max(8, page.width() - right - 1));
        return page.palette().bold(name)
                + " ".repeat(Math.max(1, page.width() - Text.width(name) - right))
                + page.palette().status(status, status)
                + " · "
                + elapsed;
    }

    private static String bar(OptionalInt percent, String told, Page page) {
        int width = Math.clamp(page.width() / 3, 10, 40);
        int filled = percent.isPresent() ? width * percent.getAsInt() / 100 : 0;
        var text = percent.isPresent() ? percent.getAsInt() + " %  " + told : told;
        return page.palette().cyan("█".repeat(filled))
                + page.palette().dim((percent.isPresent() ? "░" : "·").repeat(width - filled))
                + " "
                + Text.cut(text, page.width() - width - 1);
    }

    private static String text(JobProgress progress) {
        var text = new StringBuilder(progress.messages());
        if (progress.running() > 0) {
            text.append(" · ").append(progress.running()).append(" running");
        }
        if (progress.failing() > 0) {
            text.append(" · ").append(progress.failing()).append(" failing");
        }
        return text.toString();
    }

    private static List<String> agents(List<AgentView> agents, int agentsMax, Page page) {
        if (agents.isEmpty()) {
            return List.of();
        }
        var sorted =
                agents.stream()
                        .sorted(
                                Comparator.comparingInt((AgentView agent) -> rank(agent.status()))
                                        .thenComparing(AgentView::agentId))
                        .toList();
        int shown = sorted.size() <= agentsMax ? sorted.size() : Math.max(0, agentsMax - 1);
        int longest =
                sorted.stream()
                        .limit(shown)
                        .mapToInt(agent -> Text.width(agent.agentId().value()))
                        .max()
                        .orElse(0);
        int room = page.width() - 2 - STATUS_WIDTH - 2 * COUNTER_WIDTH - 3;
        int nameWidth = Math.clamp(longest, 5, Math.clamp(room, 5, AGENT_WIDTH_MAX));
        var lines = new ArrayList<String>();
        lines.add(
                page.palette()
                        .dim(
                                "  "
                                        + Text.padded("agent", nameWidth)
                                        + " "
                                        + Text.padded("status", STATUS_WIDTH)
                                        + Text.paddedLeft("handled", COUNTER_WIDTH)
                                        + Text.paddedLeft("waiting", COUNTER_WIDTH)));
        for (var agent : sorted.subList(0, shown)) {
            lines.add(row(agent, nameWidth, page));
        }
        if (shown < sorted.size()) {
            lines.add(
                    page.palette()
                            .dim(
                                    Text.cut(
                                            others(sorted.subList(shown, sorted.size())),
                                            page.width())));
        }
        return lines;
    }

    private static String row(AgentView agent, int nameWidth, Page page) {
        var status = agent.status().wire();
        var line =
                page.palette().status(status, mark(agent.status()))
                        + " "
                        + Text.padded(
                                Text.cut(Text.clean(agent.agentId().value()), nameWidth), nameWidth)
                        + " "
                        + page.palette().status(status, Text.padded(status, STATUS_WIDTH))
                        + Text.paddedLeft(Long.toString(agent.processedMessages()), COUNTER_WIDTH)
                        + Text.paddedLeft(Long.toString(JobProgress.waiting(agent)), COUNTER_WIDTH);
        int used = 2 + nameWidth + 1 + STATUS_WIDTH + 2 * COUNTER_WIDTH;
        var error = agent.lastError().map(text -> Text.clean(Secrets.in(text))).orElse("");
        if (!error.isEmpty() && page.width() - used > 12) {
            line += "  " + page.palette().red(Text.cut(error, page.width() - used - 2));
        }
        return line;
    }

    private static String others(List<AgentView> agents) {
        Map<String, Integer> counts = new TreeMap<>();
        for (var agent : agents) {
            counts.merge(agent.status().wire(), 1, Integer::sum);
        }
        var text = new StringBuilder("  … " + agents.size() + " more");
        var separator = ": ";
        for (var count : counts.entrySet()) {
            text.append(separator).append(count.getValue()).append(' ').append(count.getKey());
            separator = ", ";
        }
        return text.toString();
    }

    /** What needs eyes first comes first. */
    private static int rank(AgentStatus status) {
        return switch (status) {
            case ERROR -> 0;
            case RESTARTING -> 1;
            case RUNNING -> 2;
            case BUSY -> 3;
            case PAUSED -> 4;
            case QUEUED -> 5;
            case COMPLETED -> 6;
            case READY -> 7;
            case IDLE -> 8;
        };
    }

    private static String mark(AgentStatus status) {
        return switch (status) {
            case ERROR -> "×";
            case RESTARTING -> "↻";
            case RUNNING, BUSY -> "●";
            case PAUSED -> "‖";
            case QUEUED -> "…";
            case COMPLETED -> "✓";
            case READY, IDLE -> "·";
        };
    }
}
