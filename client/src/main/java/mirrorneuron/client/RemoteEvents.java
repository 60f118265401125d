package mirrorneuron.client;

import java.time.Duration;
import java.util.OptionalLong;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.client.Inflow.Item;

/** A job's events from a server. */
final class RemoteEvents extends Refollowing<RuntimeEvent> implements EventStream {

    /** How long a stream that asks for it looks for the server, where the connection does not. */
    private static final Duration RECONNECT = Duration.ofSeconds(30);

    private RemoteEvents(
            Link link, Follow<RuntimeEvent> follow, long after, FollowOptions options) {
        super(
                link,
                follow,
                after,
                options.heartbeat(),
                options.reconnect() ? link.new Patience(RECONNECT) : link.new Patience());
    }

    /**
     * Returns when the server has said that there is such a job.
     *
     * @throws MirrorNeuronException when it says something else
     */
    static EventStream open(
            Link link, Follow<RuntimeEvent> follow, long after, FollowOptions options) {
        var events = new RemoteEvents(link, follow, after, options);
        events.reopen();
        events.begin(link.settings().timeout());
        return events;
    }

    @Override
    OptionalLong sequence(RuntimeEvent event) {
        return event.sequence();
    }

    @Override
    boolean isTerminal(RuntimeEvent event) {
        return event.terminal();
    }

    private void begin(Duration timeout) {
        try {
            var first = current().peek(timeout.isZero() ? Long.MAX_VALUE : timeout.toNanos());
            if (first.isEmpty()) {
                close();
                throw new CallTimeoutException("The server did not begin to send events in time");
            }
            if (first.get() instanceof Item.End<?>(var failure) && failure.isPresent()) {
                close();
                throw failure.get();
            }
        } catch (InterruptedException interrupt) {
            close();
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailableException("Interrupted while beginning to follow a job");
        }
    }
}
