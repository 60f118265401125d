package mirrorneuron.cli.operation;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationEvent;
import mirrorneuron.api.Timestamps;
import mirrorneuron.cli.ExitCode;
import mirrorneuron.cli.output.Fields;
import mirrorneuron.cli.output.Report;

/** Says how far an operation came. Stateless. */
final class OperationText {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private static final int ITEMS_SHOWN = 5;

    private OperationText() {}

    static Report report(Operation operation) {
        var report =
                Report.of(
                                operation.toJson(),
                                page -> fields(operation).lines(page),
                                () -> fields(operation).plain())
                        .withIds(List.of(operation.id().value()))
                        .withHints(hints(operation));
        var counters = operation.counters();
        return counters.failed() > 0
                ? report.withProblem(
                        exit(operation),
                        "MN_COMMAND_FAILED",
                        counters.failed() + " of " + counters.total() + " jobs failed")
                : report;
    }

    static ExitCode exit(Operation operation) {
        return operation.counters().failed() > 0 ? ExitCode.FAILED : ExitCode.SUCCESS;
    }

    private static List<String> hints(Operation operation) {
        return operation.counters().deferred() == 0
                ? List.of()
                : List.of(
                        "jobs that are deferred end by themselves; mn operation watch "
                                + operation.id()
                                + " waits for them");
    }

    static Fields fields(Operation operation) {
        var fields =
                new Fields()
                        .add("Operation", operation.id().value())
                        .add("Kind", operation.kind())
                        .add("Status", operation.status().wire())
                        .add("Finished", finished(operation))
                        .add("Items", counted(operation.counters()))
                        .add("Started at", Timestamps.format(operation.createdAt()))
                        .add("Updated at", Timestamps.format(operation.updatedAt()));
        var items = operation.items();
        items.subList(Math.max(0, items.size() - ITEMS_SHOWN), items.size())
                .forEach(item -> fields.add(item.target(), said(item)));
        return fields;
    }

    static String finished(Operation operation) {
        return operation.counters().finished() + "/" + operation.counters().total();
    }

    static String counted(Operation.Counters counters) {
        return "succeeded "
                + counters.succeeded()
                + ", deferred "
                + counters.deferred()
                + ", failed "
                + counters.failed();
    }

    private static String said(Operation.Item item) {
        return item.status() + item.error().map(why -> ": " + why).orElse("");
    }

    /** {@code time type target status error}: the stable form for pipes. */
    static String line(OperationEvent event) {
        return TIME.format(event.timestamp())
                + " "
                + event.type()
                + event.itemId().map(id -> " " + id).orElse("")
                + " "
                + event.status()
                + event.error().map(why -> ": " + why).orElse("");
    }
}
