package mirrorneuron.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.WorkflowProgress.Step;

/**
 * How long a job will still take, where that can be said honestly. Steps differ, so those that are
 * over say nothing of those to come. The instances of one scattered step do the same work again and
 * again: once a few are over, their pace tells when the others will be. Pure.
 */
final class Remaining {

    /** Fewer say too little of the others. */
    private static final int OVER_MIN = 5;

    private Remaining() {}

    /** Empty while nobody can know, and as long as the job does not run. */
    static Optional<Duration> of(JobDetails details, WorkflowProgress progress, Instant now) {
        if (details.job().status() != JobStatus.RUNNING
                || details.job().raw().integer("paused_ms_total").orElse(0) > 0) {
            return Optional.empty();
        }
        int over = 0;
        int open = 0;
        Optional<Instant> began = Optional.empty();
        for (var step : progress.steps()) {
            if (StepRow.instanceOf(step).isEmpty()) {
                continue;
            }
            if (StepsProgress.isOver(step.status())) {
                over++;
            } else {
                open++;
            }
            var started = started(step);
            if (began.isEmpty() || started.isPresent() && started.get().isBefore(began.get())) {
                began = started;
            }
        }
        // What else is to be done may take any time; it must not outweigh what is known.
        long others =
                progress.steps().stream()
                        .filter(step -> StepRow.instanceOf(step).isEmpty())
                        .filter(step -> !StepsProgress.isOver(step.status()))
                        .count();
        if (over < OVER_MIN || open <= others || began.isEmpty()) {
            return Optional.empty();
        }
        var spent = Duration.between(began.get(), now);
        return Optional.of(spent.multipliedBy(open).dividedBy(over)).filter(Duration::isPositive);
    }

    private static Optional<Instant> started(Step step) {
        return step.raw().string("started_at").map(Timestamps::parse);
    }
}
