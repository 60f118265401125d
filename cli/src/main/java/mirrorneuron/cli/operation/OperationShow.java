package mirrorneuron.cli.operation;

import mirrorneuron.api.OperationId;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows how far an operation came. */
@Command(
        name = "status",
        description = {
            "Show how far an action on many jobs came.",
            "Exit code 1 when it failed for any of them."
        },
        footer = {"", "Example:", "  ${COMMAND-FULL-NAME} op-0123456789abcdef"})
public final class OperationShow extends Leaf implements Watched {

    @Parameters(paramLabel = "ID", description = "Id of the operation.")
    String id = "";

    public OperationShow(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        try (var runtime = desk.openToRead()) {
            return OperationText.report(OperationFollow.find(runtime, OperationId.of(id)));
        }
    }
}
