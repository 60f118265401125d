package mirrorneuron.client;

import java.util.Optional;
import java.util.OptionalLong;
import mirrorneuron.api.OperationEvent;
import mirrorneuron.api.OperationId;
import mirrorneuron.api.OperationStream;
import mirrorneuron.protocol.operations.OperationEventResponse;
import mirrorneuron.protocol.operations.OperationsServiceGrpc;
import mirrorneuron.protocol.operations.StreamOperationEventsRequest;

/** An operation's events from a server. */
final class RemoteOperationEvents extends Refollowing<OperationEvent> implements OperationStream {

    private static final String SIGN_OF_LIFE = "stream_heartbeat";

    private RemoteOperationEvents(Link link, OperationId id, long after) {
        super(link, new Source(link, id), after, HEARTBEAT, link.new Patience());
    }

    static OperationStream open(Link link, OperationId id, long after) {
        var events = new RemoteOperationEvents(link, id, after);
        events.reopen();
        return events;
    }

    @Override
    OptionalLong sequence(OperationEvent event) {
        return OptionalLong.of(event.sequence());
    }

    @Override
    boolean isTerminal(OperationEvent event) {
        return event.terminal();
    }

    private record Source(Link link, OperationId id) implements Follow<OperationEvent> {

        @Override
        public Inflow<?, Optional<OperationEvent>> open(long after) {
            return link.open(
                    OperationsServiceGrpc.getStreamOperationEventsMethod(),
                    StreamOperationEventsRequest.newBuilder()
                            .setOperationId(id.value())
                            .setAfterSequence(after)
                            .setFollow(true)
                            .setHeartbeatIntervalMs((int) HEARTBEAT.toMillis())
                            .setVersion(Console.VERSION)
                            .build(),
                    Source::event);
        }

        private static Optional<OperationEvent> event(OperationEventResponse answer) {
            var event = OperationEvent.fromJson(Console.document(answer.getEventJson()));
            return event.type().equals(SIGN_OF_LIFE) ? Optional.empty() : Optional.of(event);
        }

        @Override
        public boolean endsWithStream() {
            return true;
        }
    }
}
