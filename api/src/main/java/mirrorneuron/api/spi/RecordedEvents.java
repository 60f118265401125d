package mirrorneuron.api.spi;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.RuntimeEvent;

/** Events that were read already. One thread reads; any thread may close. */
final class RecordedEvents implements EventStream {

    private final Iterator<RuntimeEvent> events;
    private volatile EndReason reason = EndReason.OPEN; // written under this

    RecordedEvents(List<RuntimeEvent> events) {
        this.events = events.iterator();
    }

    @Override
    public Optional<RuntimeEvent> next(Duration timeout) {
        if (reason != EndReason.OPEN) {
            return Optional.empty();
        }
        if (!events.hasNext()) {
            end(EndReason.SERVER_ENDED);
            return Optional.empty();
        }
        var event = events.next();
        if (event.terminal()) {
            end(EndReason.TERMINAL_EVENT);
        }
        return Optional.of(event);
    }

    /** The first reason stays. */
    private synchronized void end(EndReason why) {
        if (reason == EndReason.OPEN) {
            reason = why;
        }
    }

    @Override
    public EndReason endReason() {
        return reason;
    }

    @Override
    public void close() {
        end(EndReason.CLOSED);
    }
}
