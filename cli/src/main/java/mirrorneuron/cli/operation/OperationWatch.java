package mirrorneuron.cli.operation;

import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.OperationId;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.follow.JsonSink;
import mirrorneuron.cli.operation.OperationFollow.Until;
import mirrorneuron.cli.output.OutputForm;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Follows an operation to its end. */
@Command(
        name = "watch",
        description = {
            "Follow an action on many jobs to its end: a line for each thing that happens.",
            "Ctrl-C leaves it to go on. Exit code 1 when it failed for any job."
        },
        footer = {"", "Example:", "  mn operation watch op-0123456789abcdef"})
public final class OperationWatch extends Leaf {

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
            boolean stream = desk.form() == OutputForm.JSON || desk.form() == OutputForm.NDJSON;
            return stream ? streamed(desk, runtime, operation) : printed(desk, runtime, operation);
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
