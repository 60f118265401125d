package mirrorneuron.cli.operation;

import java.time.Duration;
import java.util.function.Consumer;
import mirrorneuron.api.EventStream.EndReason;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Operation;
import mirrorneuron.api.OperationEvent;
import mirrorneuron.api.OperationId;
import mirrorneuron.api.OperationStatus;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.cli.CommandFailure;
import mirrorneuron.cli.Desk;

/** Reads an operation's events until it has come far enough, or a person leaves it. */
public final class OperationFollow {

    private static final Duration LOOK_AT_INTERRUPTS = Duration.ofMillis(100);

    private final Desk desk;
    private final MirrorNeuron runtime;
    private final OperationId id;

    /** How far to follow. */
    public enum Until {
        /** It is over, or only waits for jobs that end by themselves. */
        DEALT_WITH,
        /** It is over. */
        OVER
    }

    public OperationFollow(Desk desk, MirrorNeuron runtime, OperationId id) {
        this.desk = desk;
        this.runtime = runtime;
        this.id = id;
    }

    /**
     * @param sink gets each event
     * @return the operation then
     */
    public Operation run(Until until, Consumer<OperationEvent> sink) throws InterruptedException {
        try (var interrupts = desk.surroundings().interrupts().listen();
                var events = runtime.operations().follow(id, 0)) {
            while (events.endReason() == EndReason.OPEN) {
                if (interrupts.pressed() > 0 || interrupts.terminated()) {
                    left(desk, id);
                    break;
                }
                var event = events.next(LOOK_AT_INTERRUPTS);
                event.ifPresent(sink);
                if (until == Until.DEALT_WITH && event.filter(OperationFollow::waits).isPresent()) {
                    break;
                }
            }
            if (events.endReason() == EndReason.ERROR) {
                throw new RuntimeUnavailableException(
                        "Expected to follow operation "
                                + id
                                + ", but its events cannot be read any more");
            }
        }
        return find(runtime, id);
    }

    /** Says that somebody left, and what goes on all the same. */
    static void left(Desk desk, OperationId id) {
        desk.note("Operation " + id + " goes on without this command.");
    }

    private static boolean waits(OperationEvent event) {
        return event.itemId().isEmpty()
                && OperationStatus.ofWire(event.status()) == OperationStatus.WAITING;
    }

    /**
     * @throws CommandFailure when there is no such operation
     */
    static Operation find(MirrorNeuron runtime, OperationId id) {
        return runtime.operations()
                .get(id)
                .orElseThrow(
                        () ->
                                CommandFailure.notFound(
                                        "There is no operation '" + id + "'",
                                        "mn operation list shows those that began last"));
    }
}
