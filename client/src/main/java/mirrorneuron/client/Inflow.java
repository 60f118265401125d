package mirrorneuron.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import mirrorneuron.api.MirrorNeuronException;

/**
 * The answers of a call, read at the pace of their reader: the server may send {@value #AHEAD_MAX}
 * of them ahead and no more. One thread reads; any thread may cancel.
 */
final class Inflow<A, T> extends ClientCall.Listener<A> {

    static final int AHEAD_MAX = 256;

    /** What comes next. */
    sealed interface Item<T> {

        record Answer<T>(T value) implements Item<T> {}

        /** Nothing comes any more; empty when the server has sent everything. */
        record End<T>(Optional<MirrorNeuronException> failure) implements Item<T> {}
    }

    private final ClientCall<?, A> call;
    private final Function<A, T> reader;
    private final BlockingDeque<Item<T>> ahead = new LinkedBlockingDeque<>();

    Inflow(ClientCall<?, A> call, Function<A, T> reader) {
        this.call = call;
        this.reader = reader;
    }

    @Override
    public void onMessage(A answer) {
        ahead.add(new Item.Answer<>(reader.apply(answer)));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        ahead.add(
                new Item.End<>(
                        status.isOk()
                                ? Optional.empty()
                                : Optional.of(Refusal.of(status, trailers))));
    }

    /** What comes next, or empty when nothing came in time. */
    Optional<Item<T>> next(long nanos) throws InterruptedException {
        var item = ahead.poll(nanos, TimeUnit.NANOSECONDS);
        if (item instanceof Item.Answer<T>) {
            call.request(1);
        }
        return Optional.ofNullable(item);
    }

    /** What comes next, which then stays the next one; empty when nothing came in time. */
    Optional<Item<T>> peek(long nanos) throws InterruptedException {
        var item = ahead.pollFirst(nanos, TimeUnit.NANOSECONDS);
        if (item != null) {
            ahead.addFirst(item);
        }
        return Optional.ofNullable(item);
    }

    /** Wakes the reader. */
    void cancel(String why) {
        call.cancel(why, null);
    }
}
