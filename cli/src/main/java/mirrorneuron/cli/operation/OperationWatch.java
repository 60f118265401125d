package mirrorneuron.cli.operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationId;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.follow.LiveLoop;
import mirrorneuron.cli.operation.OperationFollow.Until;
import mirrorneuron.cli.output.OutputForm;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Secrets;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.Footer;
import mirrorneuron.cli.view.Size;
import mirrorneuron.cli.view.WorkflowKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Follows an operation to its end. */
@Command(
        name = "watch",
        description = {
            "Follow an action on many jobs to its end: drawn again as it comes on, or in a pipe a"
                    + " line for each thing that happens.",
            "q or Ctrl-C leaves it to go on. Exit code 1 when it failed for any job."
        },
        footer = {"", "Example:", "  mn operation watch op-0123456789abcdef"})
public final class OperationWatch extends Leaf {

    private static final Duration INTERVAL = Duration.ofMillis(500);

    @Parameters(paramLabel = "ID", description = "Id of the operation.")
    String id = "";

    public OperationWatch(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) throws InterruptedException {
        // What an earlier process left open goes on only where work does.
        try (var runtime = desk.openToWork()) {
            var operation = OperationFollow.find(runtime, OperationId.of(id)).id();
            if (desk.canRedraw() && !desk.quiet()) {
                return watched(desk, runtime, operation);
            }
            boolean stream = desk.form() == OutputForm.JSON || desk.form() == OutputForm.NDJSON;
            return stream ? streamed(desk, runtime, operation) : printed(desk, runtime, operation);
        }
    }

    private static Report watched(Desk desk, MirrorNeuron runtime, OperationId id) {
        var first = new Seen(OperationFollow.find(runtime, id), "", false);
        var last =
                new LiveLoop<Seen>(desk.surroundings(), desk.page().palette(), INTERVAL)
                        .run(first, new Watch(runtime));
        if (!last.operation().status().terminal()) {
            OperationFollow.left(desk, id);
        }
        return Report.done(OperationText.exit(last.operation()));
    }

    /**
     * What is drawn.
     *
     * @param trouble with the runtime; empty when it answers
     * @param left whether nobody looks any more
     */
    private record Seen(Operation operation, String trouble, boolean left) {}

    /** The operation as something that is watched. */
    private record Watch(MirrorNeuron runtime) implements LiveLoop.Subject<Seen> {

        @Override
        public Seen look(Seen before) {
            return new Seen(
                    OperationFollow.find(runtime, before.operation().id()),
                    before.trouble(),
                    before.left());
        }

        @Override
        public Seen troubled(Seen seen, String sentence) {
            return new Seen(seen.operation(), sentence, seen.left());
        }

        @Override
        public Seen press(Seen seen, int key) {
            return WorkflowKeys.isLeaving(key)
                    ? new Seen(seen.operation(), seen.trouble(), true)
                    : seen;
        }

        @Override
        public boolean isOver(Seen seen) {
            return seen.left() || seen.operation().status().terminal();
        }

        @Override
        public List<String> frame(Seen seen, Size size, boolean live) {
            var page = size.page();
            var lines = new ArrayList<String>();
            OperationText.fields(seen.operation()).lines(page).stream()
                    .map(Secrets::in)
                    .forEach(lines::add);
            if (!seen.trouble().isEmpty()) {
                lines.addAll(Footer.warning(seen.trouble(), page));
            }
            if (live) {
                lines.add(page.palette().dim("q leave"));
            }
            return lines.subList(0, Math.min(lines.size(), size.height()));
        }
    }

    private static Report streamed(Desk desk, MirrorNeuron runtime, OperationId id)
            throws InterruptedException {
        var sink = new JsonSink(desk.surroundings().out(), desk.surroundings().clock());
        var operation =
                new OperationFollow(desk, runtime, id)
                        .run(Until.OVER, event -> sink.happened(event.toJson()));
        sink.complete(operation.toJson());
        return Report.done(OperationText.exit(operation));
    }

    private static Report printed(Desk desk, MirrorNeuron runtime, OperationId id)
            throws InterruptedException {
        var out = desk.surroundings().out();
        boolean silent = desk.quiet() || desk.form().isDocument();
        var operation =
                new OperationFollow(desk, runtime, id)
                        .run(
                                Until.OVER,
                                event -> {
                                    if (!silent) {
                                        var line = Text.clean(OperationText.line(event));
                                        out.println(
                                                desk.form() == OutputForm.TABLE
                                                        ? Text.cut(line, desk.page().width())
                                                        : line);
                                        out.flush();
                                    }
                                });
        return OperationText.report(operation);
    }
}
