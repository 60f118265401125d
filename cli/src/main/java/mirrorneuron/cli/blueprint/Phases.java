package mirrorneuron.cli.blueprint;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.Elapsed;

/**
 * What a command does one after the other, as a checklist on stderr with the time that each took.
 * On a terminal the one that is being done is there as well. Whoever asked for a document, or for
 * ids alone, gets none. Not for sharing.
 */
final class Phases {

    private static final int NAME_WIDTH = 16;
    private static final String LINE_START = "\r\u001b[K";

    private final Desk desk;
    private final boolean shown;
    private final boolean redrawn;

    Phases(Desk desk) {
        this.desk = desk;
        this.shown = !desk.quiet() && !desk.form().isDocument();
        this.redrawn = desk.canRedraw() && desk.surroundings().terminals().err();
    }

    /** Does one of them. */
    <T> T run(String name, Supplier<T> work) {
        return run(name, work, _ -> "");
    }

    /**
     * Does one of them; what it throws is thrown on.
     *
     * @param told a few words about what came of it; may be empty
     */
    <T> T run(String name, Supplier<T> work, Function<T, String> told) {
        var began = desk.surroundings().clock().instant();
        if (redrawn) {
            desk.surroundings().err().print("… " + name);
            desk.surroundings().err().flush();
        }
        boolean done = false;
        var words = "";
        try {
            var result = work.get();
            words = told.apply(result);
            done = true;
            return result;
        } finally {
            end(name, done, words, began);
        }
    }

    private void end(String name, boolean done, String words, Instant began) {
        // In lines, the error that follows says what was not done.
        if (!shown || !done && !redrawn) {
            return;
        }
        var palette = desk.errorPage().palette();
        var elapsed = Elapsed.of(Duration.between(began, desk.surroundings().clock().instant()));
        var mark = done ? palette.green("✓") : palette.red("×");
        if (redrawn) {
            desk.surroundings().err().print(LINE_START);
        }
        desk.note(
                mark
                        + " "
                        + Text.padded(name, NAME_WIDTH)
                        + Text.paddedLeft(elapsed, 8)
                        + (words.isEmpty() ? "" : "  " + words));
    }
}
