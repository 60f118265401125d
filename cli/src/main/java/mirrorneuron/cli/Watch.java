package mirrorneuron.cli;

import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.follow.Interrupts;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.follow.Screen;
import mirrorneuron.cli.output.OutputForm;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.Key;

/**
 * Performs a command again and again. Each look opens what it needs and closes it again, so that a
 * home is free between them.
 */
final class Watch {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private static final Duration KEY_MAX = Duration.ofMillis(100);

    private final Desk desk;
    private final Duration every;
    private final Look look;

    /** What is done again. */
    interface Look {
        Report look() throws Exception;
    }

    Watch(Desk desk, Duration every, Look look) {
        this.desk = desk;
        this.every = every;
        this.look = look;
    }

    /** Returns when a person has seen enough. */
    Report run() throws Exception {
        try (var interrupts = desk.surroundings().interrupts().listen()) {
            if (desk.form() == OutputForm.JSON || desk.form() == OutputForm.NDJSON) {
                return stream(interrupts);
            } else if (desk.canRedraw()) {
                redraw(interrupts);
            } else {
                repeat(interrupts);
            }
        }
        return Report.done(ExitCode.SUCCESS);
    }

    /**
     * Looks again after the first time. What may pass, such as a server that is started again, is
     * said and looked at again.
     */
    private Report again() throws Exception {
        try {
            return look.look();
        } catch (MirrorNeuronException failure) {
            if (!failure.retryable()) {
                throw failure;
            }
            return said(String.valueOf(failure.getMessage()));
        } catch (CommandFailure failure) {
            if (failure.exit() != ExitCode.FAILED) {
                throw failure;
            }
            return said(failure.text());
        }
    }

    private Report stream(Interrupts interrupts) throws Exception {
        var sink = new JsonSink(desk.surroundings().out(), desk.surroundings().clock());
        try {
            sink.snapshot(look.look().data());
            long looks = 1;
            while (!interrupts.await(every)) {
                var report = again();
                sink.snapshot(report.data());
                looks++;
            }
            sink.complete(JsonObject.builder().put("looks", looks).build());
            return Report.done(ExitCode.SUCCESS);
        } catch (MirrorNeuronException failure) {
            return failed(sink, desk.failure(failure));
        } catch (CommandFailure failure) {
            return failed(sink, failure);
        }
    }

    private static Report failed(JsonSink sink, CommandFailure failure) {
        sink.failed(failure.toJson());
        return Report.done(failure.exit());
    }

    /** A failure that may pass, as what was found. */
    private static Report said(String why) {
        return Report.of(
                JsonObject.builder().put("unavailable", why).build(),
                page -> List.of("! Warning: " + why),
                () -> List.of("! Warning: " + why));
    }

    private void repeat(Interrupts interrupts) throws Exception {
        var printer = new Printer(desk);
        printer.print(look.look());
        while (!interrupts.await(every)) {
            desk.surroundings()
                    .out()
                    .println("→ " + Timestamps.format(desk.surroundings().clock().instant()));
            printer.print(again());
        }
    }

    private void redraw(Interrupts interrupts) throws Exception {
        // Before the screen is taken, so that a failure is printed as ever.
        var report = look.look();
        try (var screen = desk.surroundings().screens().open()) {
            screen.draw(frame(report, screen));
            while (waits(screen, interrupts)) {
                report = again();
                screen.draw(frame(report, screen));
            }
            screen.leave(frame(report, screen));
        }
    }

    private List<String> frame(Report report, Screen screen) {
        // A line of full width would wrap on some terminals.
        var page = new Page(screen.width() - 1, desk.page().palette());
        var title =
                "every "
                        + every.toMillis() / 1_000.0
                        + " s: "
                        + desk.command()
                        + "  "
                        + TIME.format(desk.surroundings().clock().instant())
                        + "  (q: leave)";
        var lines = new ArrayList<String>();
        lines.add(page.palette().dim(Text.cut(title, page.width())));
        report.table().apply(page).forEach(line -> lines.add(Secrets.in(line)));
        int linesMax = Math.max(3, screen.height() - 1);
        if (lines.size() <= linesMax) {
            return lines;
        }
        var shown = new ArrayList<>(lines.subList(0, linesMax - 1));
        shown.add(page.palette().dim("… " + (lines.size() - linesMax + 1) + " more lines"));
        return shown;
    }

    /** False when a person has seen enough; a key other than q looks at once. */
    private boolean waits(Screen screen, Interrupts interrupts) {
        long began = System.nanoTime();
        while (true) {
            if (interrupts.pressed() > 0 || interrupts.terminated()) {
                return false;
            }
            var left = every.minusNanos(System.nanoTime() - began);
            if (!left.isPositive()) {
                return true;
            }
            int key = screen.key(Math.min(left.toMillis() + 1, KEY_MAX.toMillis()));
            if (key == 'q' || key == Key.END || key == Key.CTRL_C) {
                return false;
            }
            if (key != Key.NONE) {
                return true;
            }
        }
    }
}
