package mirrorneuron.cli.job;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.output.Report;

/** Asks before something is lost. Where nobody can answer, {@code --yes} must say so beforehand. */
public final class Questions {

    private final Desk desk;
    private boolean agreed;

    public Questions(Desk desk) {
        this.desk = desk;
    }

    /**
     * @throws CommandFailure when the question cannot be asked
     */
    public void confirm(String question) {
        if (desk.yes()) {
            agreed = true;
            return;
        }
        if (!desk.canAsk()) {
            throw CommandFailure.of(
                    "MN_CONFIRMATION_REQUIRED",
                    ExitCode.USAGE,
                    question + " Nobody can be asked here.",
                    "add --yes");
        }
        desk.surroundings().err().print(question + " [y/N] ");
        desk.surroundings().err().flush();
        var farewell = Thread.ofPlatform().unstarted(this::interrupted);
        Runtime.getRuntime().addShutdownHook(farewell);
        agreed = isYes(line());
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException ending) {
            // The process ends, and what that means is being said.
            agreed = false;
        }
    }

    /**
     * Asks where somebody can answer; elsewhere who named one thing has said what they want, as
     * scripts of long standing do.
     */
    public void confirmWhereSomebodyIs(String question) {
        if (desk.yes() || desk.canAsk()) {
            confirm(question);
        } else {
            agreed = true;
        }
    }

    /** Ctrl-C ends the process as it always does; nobody shall wonder what became of the job. */
    private void interrupted() {
        desk.surroundings().err().println();
        desk.note("× Error: (MN_INTERRUPTED) Interrupted. Nothing was changed.");
        desk.surroundings().err().flush();
    }

    public boolean agreed() {
        return agreed;
    }

    public Report aborted() {
        desk.note("Nothing was changed.");
        return Report.of(
                JsonObject.builder().put("changed", false).build(),
                page -> java.util.List.of(),
                java.util.List::of);
    }

    private String line() {
        try {
            var line =
                    new BufferedReader(
                                    new InputStreamReader(
                                            desk.surroundings().in(), StandardCharsets.UTF_8))
                            .readLine();
            if (line == null) {
                desk.surroundings().err().println();
                return "";
            }
            return line;
        } catch (IOException unreadable) {
            return "";
        }
    }

    private static boolean isYes(String answer) {
        var word = answer.strip().toLowerCase(Locale.ROOT);
        return word.equals("y") || word.equals("yes");
    }
}
