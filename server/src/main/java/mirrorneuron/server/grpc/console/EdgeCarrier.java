package mirrorneuron.server.grpc.console;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import mirrorneuron.api.NotAuthorizedException;
import mirrorneuron.server.grpc.Caller;
import mirrorneuron.server.grpc.Calls;
import mirrorneuron.server.grpc.Downstream;

/** What the edge that listens does for its services. */
public record EdgeCarrier(Calls calls) implements Carrier {

    @Override
    public <T> void answer(StreamObserver<T> to, Supplier<T> action) {
        calls.answer(to, action);
    }

    @Override
    public <T> void stream(StreamObserver<T> to, Body<T> body) {
        calls.stream(to, downstream -> body.run(new OneReader<>(downstream)));
    }

    @Override
    public <Q, T> StreamObserver<Q> collect(StreamObserver<T> to, Collector<Q, T> collector) {
        return calls.collect(to, collector::take, collector::answer, collector::close);
    }

    @Override
    public <T> T await(Wait<T> wait) {
        return calls.await(wait::get);
    }

    @Override
    public void operatorOnly() {
        if (!Caller.current().authorized()) {
            throw new NotAuthorizedException("missing or invalid bearer token");
        }
    }

    private record OneReader<T>(Downstream<T> downstream) implements Reader<T> {

        @Override
        public boolean awaitReady() throws InterruptedException {
            return downstream.awaitReady();
        }

        @Override
        public void send(T answer) {
            downstream.send(answer);
        }

        @Override
        public void whenOver(Runnable action) {
            downstream.whenOver(action);
        }
    }
}
