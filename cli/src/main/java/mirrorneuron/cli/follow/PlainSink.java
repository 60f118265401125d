package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.cli.view.Elapsed;
import mirrorneuron.cli.view.EventText;
import mirrorneuron.cli.view.JobProgress;
import org.jspecify.annotations.Nullable;

/**
 * Stable lines for a pipe: the events that matter, and every few seconds how far the job is. Both
 * are bounded, so a job of a million messages does not write a million lines.
 */
public final class PlainSink implements FollowSink {

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

    /**
     * After this many, events of trouble are only counted: a job that retries for ever may run for
     * days.
     */
    private static final int NOTES_MAX = 200;

    private final Consumer<String> line;
    private final InstantSource clock;
    private Instant nextProgress;
    private @Nullable JobProgress shown;
    private int notes;

    public PlainSink(Consumer<String> line, InstantSource clock) {
        this.line = line;
        this.clock = clock;
        this.nextProgress = clock.instant().plus(PROGRESS_EVERY);
    }

    @Override
    public void event(RuntimeEvent event) {
        if (!EventText.isNoteworthy(event)) {
            return;
        }
        boolean ofJob = event.type().startsWith("job_");
        if (ofJob || ++notes < NOTES_MAX) {
            line.accept("→ " + EventText.line(event));
        } else if (notes == NOTES_MAX) {
            line.accept("→ more events of this kind are not shown; mn job events lists them");
        }
    }

    @Override
    public void state(JobDetails details, Optional<Explanation> standstill) {
        var progress = JobProgress.of(details);
        var now = clock.instant();
        boolean ended = details.job().status().terminal();
        if (progress.equals(shown) || now.isBefore(nextProgress) && !ended) {
            return;
        }
        shown = progress;
        nextProgress = now.plus(PROGRESS_EVERY);
        var until = ended ? details.job().updatedAt() : now;
        var elapsed = Elapsed.of(Duration.between(details.job().submittedAt(), until));
        var text = new StringBuilder("→ ").append(elapsed).append("  ").append(progress.messages());
        progress.percent().ifPresent(percent -> text.append(", ").append(percent).append(" %"));
        if (progress.running() > 0) {
            text.append(", ").append(progress.running()).append(" running");
        }
        line.accept(text.toString());
    }

    @Override
    public boolean canAsk() {
        return false;
    }

    @Override
    public int ask(String question) {
        return -1;
    }

    @Override
    public void close() {}
}
