package mirrorneuron.cli.follow;

import java.util.function.Consumer;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.cli.view.Moment;

/** Hands every event on and shows nothing else. */
public final class EventSink implements FollowSink {

    private final Consumer<RuntimeEvent> consumer;

    public EventSink(Consumer<RuntimeEvent> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void event(RuntimeEvent event) {
        consumer.accept(event);
    }

    @Override
    public void state(Moment moment) {}

    @Override
    public void trouble(String sentence) {}

    @Override
    public void close() {}
}
