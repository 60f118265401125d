package mirrorneuron.cli.operation;

import java.util.List;
import mirrorneuron.api.Operation;
import mirrorneuron.api.Timestamps;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;
import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.Watched;
import mirrorneuron.cli.output.Report;
import mirrorneuron.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists operations. */
@Command(
        name = "list",
        description = "List actions on many jobs, those that began last first.",
        footer = {"", "Example:", "  mn operation list --limit 5"})
public final class OperationList extends Leaf implements Watched {

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most this many. Default: ${DEFAULT-VALUE}.")
    int limit = 20;

    public OperationList(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected Report perform(Desk desk) {
        if (limit < 1) {
            throw CommandFailure.usage("--limit has to be at least 1", "see " + name() + " --help");
        }
        try (var runtime = desk.openToRead()) {
            var operations = runtime.operations().list(limit);
            var table = table(operations);
            return Report.of(
                            JsonArray.of(operations.stream().map(Operation::toJson).toList()),
                            page ->
                                    operations.isEmpty()
                                            ? List.of("No operations found")
                                            : table.lines(page),
                            () ->
                                    operations.isEmpty()
                                            ? List.of("No operations found")
                                            : table.plain())
                    .withIds(operations.stream().map(one -> one.id().value()).toList());
        }
    }

    private static Table table(List<Operation> operations) {
        return Table.of(
                        List.of("Operation", "Kind", "Status", "Finished", "Items", "Started at"),
                        operations.stream().map(OperationList::row).toList())
                .withSpare("Started at", "Items");
    }

    private static List<String> row(Operation operation) {
        return List.of(
                operation.id().value(),
                operation.kind(),
                operation.status().wire(),
                OperationText.finished(operation),
                OperationText.counted(operation.counters()),
                Timestamps.format(operation.createdAt()));
    }
}
