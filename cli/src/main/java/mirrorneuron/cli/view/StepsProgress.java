package mirrorneuron.cli.view;

import java.util.List;
import mirrorneuron.api.WorkflowProgress;
import mirrorneuron.api.WorkflowProgress.Step;

/**
 * How far a job of steps is. Unlike messages, steps are known from the start, so this percentage is
 * of the whole; only a scatter adds to it later.
 *
 * @param percent 100 exactly when the job has completed
 * @param over steps that are over, however they ended
 * @param deciding steps that wait for a person
 * @param retrying steps that wait for their next attempt
 * @param failed steps that failed, also those whose failure the workflow takes
 */
public record StepsProgress(
        int percent, int over, int steps, int running, int deciding, int retrying, int failed) {

    public static StepsProgress of(WorkflowProgress progress) {
        int over = 0;
        int running = 0;
        int deciding = 0;
        int retrying = 0;
        int failed = 0;
        for (var step : progress.steps()) {
            over += isOver(step.status()) ? 1 : 0;
            running += step.status().equals("running") ? 1 : 0;
            deciding += step.status().equals("waiting") ? 1 : 0;
            retrying += step.status().equals("retry_wait") ? 1 : 0;
            failed += hasFailed(step) ? 1 : 0;
        }
        return new StepsProgress(
                (int) progress.percent(),
                over,
                progress.steps().size(),
                running,
                deciding,
                retrying,
                failed);
    }

    static boolean isOver(String status) {
        return switch (status) {
            case "completed", "partial", "skipped", "failed" -> true;
            default -> false;
        };
    }

    /** Also true of a step whose failure its policy handles. */
    public static boolean hasFailed(Step step) {
        return step.status().equals("failed") || !step.raw().at("failure").isNull();
    }

    /** Steps that failed although the job went on. */
    public static List<Step> failures(WorkflowProgress progress) {
        return progress.steps().stream().filter(StepsProgress::hasFailed).toList();
    }

    /** {@code 9 of 20 steps}, and what else is worth a word. */
    public String text(String separator) {
        var text = new StringBuilder();
        text.append(over).append(" of ").append(steps).append(steps == 1 ? " step" : " steps");
        add(text, separator, running, "running");
        add(text, separator, retrying, "to be tried again");
        add(text, separator, deciding, "waiting for a person");
        add(text, separator, failed, "failed");
        return text.toString();
    }

    private static void add(StringBuilder text, String separator, int count, String what) {
        if (count > 0) {
            text.append(separator).append(count).append(' ').append(what);
        }
    }
}
