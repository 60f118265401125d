package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.cli.view.Elapsed;
import mirrorneuron.cli.view.EventText;
import mirrorneuron.cli.view.JobProgress;
import mirrorneuron.cli.view.Moment;
import mirrorneuron.cli.view.StepEventText;
import mirrorneuron.cli.view.StepsProgress;

/**
 * Stable lines for a pipe: the events that matter, steps that start and end, and every few seconds
 * how far the job is. All are bounded, so a job of a million messages does not write a million
 * lines.
 */
public final class PlainSink implements FollowSink {

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

    /**
     * After this many, events of trouble are only counted: a job that retries for ever may run for
     * days.
     */
    private static final int NOTES_MAX = 200;

    /** A workflow of this size is told step by step, however fast it is. */
    private static final int STEP_LINES_FREE = 60;

    private static final int STEP_LINES_A_SECOND = 3;

    private final Consumer<String> line;
    private final InstantSource clock;
    private Instant nextProgress;
    private String shown = "";
    private int notes;
    private int steps;
    private long stepSecond;
    private int stepsInSecond;

    public PlainSink(Consumer<String> line, InstantSource clock) {
        this.line = line;
        this.clock = clock;
        this.nextProgress = clock.instant().plus(PROGRESS_EVERY);
    }

    @Override
    public void event(RuntimeEvent event) {
        var ofStep = StepEventText.line(event);
        if (ofStep.isPresent()) {
            step(event, ofStep.get());
        } else if (EventText.isNoteworthy(event)) {
            note(event.type().startsWith("job_"), EventText.line(event));
        }
    }

    /** Steps that come and go by the hundred are left to the line that counts them. */
    private void step(RuntimeEvent event, String text) {
        if (StepEventText.isTrouble(event)) {
            note(false, text);
            return;
        }
        long second = event.timestamp().getEpochSecond();
        if (second != stepSecond) {
            stepSecond = second;
            stepsInSecond = 0;
        }
        if (++steps <= STEP_LINES_FREE || ++stepsInSecond <= STEP_LINES_A_SECOND) {
            line.accept("→ " + text);
        }
    }

    private void note(boolean always, String text) {
        if (always || ++notes < NOTES_MAX) {
            line.accept("→ " + text);
        } else if (notes == NOTES_MAX) {
            line.accept("→ more events of this kind are not shown; mn job events lists them");
        }
    }

    @Override
    public void state(Moment moment) {
        var details = moment.details();
        var text = moment.steps().map(PlainSink::steps).orElseGet(() -> messages(details));
        var now = clock.instant();
        boolean ended = details.job().status().terminal();
        if (text.equals(shown) || now.isBefore(nextProgress) && !ended) {
            return;
        }
        shown = text;
        nextProgress = now.plus(PROGRESS_EVERY);
        var until = ended ? details.job().updatedAt() : now;
        var elapsed = Elapsed.of(Duration.between(details.job().submittedAt(), until));
        line.accept("→ " + elapsed + "  " + text);
    }

    private static String steps(WorkflowProgress workflow) {
        var progress = StepsProgress.of(workflow);
        return progress.text(", ") + ", " + progress.percent() + " %";
    }

    private static String messages(JobDetails details) {
        var progress = JobProgress.of(details);
        var text = new StringBuilder(progress.messages());
        progress.percent().ifPresent(percent -> text.append(", ").append(percent).append(" %"));
        if (progress.running() > 0) {
            text.append(", ").append(progress.running()).append(" running");
        }
        return text.toString();
    }

    @Override
    public void trouble(String sentence) {
        line.accept(sentence.isEmpty() ? "→ the runtime answers again" : "! Warning: " + sentence);
    }

    @Override
    public void close() {}
}
