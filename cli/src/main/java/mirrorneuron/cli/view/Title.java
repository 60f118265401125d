package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.output.Line;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;

/** Which job it is, how far it is, and how it stands. */
final class Title {

    private static final String GAP = " | ";
    private static final int NAME_WIDTH_MIN = 8;

    private Title() {}

    /** The name with what is done, then a line that is a bar. */
    static List<String> lines(WorkflowState state, Instant now, Page page) {
        return List.of(name(state, now, page), bar(percent(state.moment()), page));
    }

    private static String name(WorkflowState state, Instant now, Page page) {
        var details = state.moment().details();
        var job = details.job();
        var status = job.status().wire();
        var elapsed = Elapsed.of(elapsed(details, now));
        var done = done(state.moment());
        var left =
                state.moment()
                        .steps()
                        .flatMap(steps -> Remaining.of(details, steps, now))
                        .map(time -> "~" + Elapsed.of(time) + " left");
        // What a narrow page has no room for goes: the estimate, then the words behind the count.
        var right = joined(List.of(done, elapsed, left.orElse("")));
        int room = page.width() - NAME_WIDTH_MIN - 1 - status.length();
        if (Text.width(right) > room) {
            right = joined(List.of(done, elapsed));
        }
        if (Text.width(right) > room) {
            right = joined(List.of(done.replaceFirst(" .*", ""), elapsed));
        }
        int rightWidth = Text.width(right) + status.length();
        var name = Text.clean(Secrets.in(job.jobName().orElse(job.graphId())));
        return new Line()
                .add(Text.cut(name, page.width() - rightWidth - 1), page.palette()::bold)
                .to(page.width() - rightWidth)
                .add(right)
                .add(status, text -> page.palette().status(status, text))
                .toString();
    }

    private static String joined(List<String> parts) {
        return parts.stream()
                .filter(part -> !part.isEmpty())
                .map(part -> part + GAP)
                .collect(Collectors.joining());
    }

    private static Duration elapsed(JobDetails details, Instant now) {
        var job = details.job();
        return Duration.between(job.submittedAt(), job.status().terminal() ? job.updatedAt() : now);
    }

    /** {@code 3/5 steps}, {@code 2/3 ready} of a service, or agents of a job without steps. */
    private static String done(Moment moment) {
        if (moment.progress().isEmpty()) {
            return JobProgress.of(moment.details()).messages();
        }
        var progress = moment.progress().get();
        boolean service = progress.raw().string("workflow_kind").equals(Optional.of("service"));
        var what = progress.hasSteps() ? "steps" : "agents";
        long all = progress.steps().size();
        long some =
                progress.steps().stream()
                        .filter(step -> service ? isReady(step) : isOver(progress, step))
                        .count();
        return some + "/" + all + " " + what + (service ? " ready" : "");
    }

    private static boolean isOver(WorkflowProgress progress, WorkflowProgress.Step step) {
        return StepsProgress.isOver(step.status())
                // A router that has handled all that came is as far as it can be.
                || !progress.hasSteps()
                        && step.status().equals("ready")
                        && step.raw().array("agents").objects().stream()
                                .anyMatch(agent -> agent.integer("items_done").orElse(0) > 0);
    }

    /** A step of a service is never over; it is up, or it is not yet. */
    private static boolean isReady(WorkflowProgress.Step step) {
        return switch (step.status()) {
            case "ready", "running", "completed" -> true;
            default -> false;
        };
    }

    private static OptionalInt percent(Moment moment) {
        return moment.steps().isPresent()
                ? OptionalInt.of((int) moment.steps().get().percent())
                : JobProgress.of(moment.details()).percent();
    }

    private static String bar(OptionalInt percent, Page page) {
        var told = percent.isPresent() ? " " + percent.getAsInt() + " %" : "";
        int width = page.width() - told.length();
        int filled = percent.isPresent() ? width * percent.getAsInt() / 100 : 0;
        return page.palette().cyan("━".repeat(filled))
                + page.palette().dim("─".repeat(width - filled))
                + told;
    }
}
