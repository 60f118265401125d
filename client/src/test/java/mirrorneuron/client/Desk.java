package mirrorneuron.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.Failure;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.server.grpc.console.Carrier;

/** Services on a port of this machine, with the least that an edge has to do for them. */
final class Desk implements Carrier, AutoCloseable {

    /** What was asked of the server, in order. */
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** A call and what came with it. */
    record Asked(String method, Metadata headers) {
        String header(String name) {
            var value = headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
            return value == null ? "" : value;
        }
    }

    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;

    private Desk(int port, ServerCredentials credentials, Services services, Before before)
            throws IOException {
        var builder =
                OkHttpServerBuilder.forPort(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                                credentials)
                        .maxInboundMessageSize(64 << 20)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .transportExecutor(threads)
                        .executor(threads)
                        .intercept(new Recorder(before));
        services.of(this).forEach(builder::addService);
        server = builder.build().start();
    }

    /** What the server offers. */
    interface Services {
        List<BindableService> of(Carrier carrier);
    }

    /** Sees calls before they are carried out; may refuse them. */
    interface Before {
        Status call(String method, Metadata headers);
    }

    static Desk open(Services services) throws IOException {
        return open(0, services, (_, _) -> Status.OK);
    }

    static Desk open(int port, Services services, Before before) throws IOException {
        return new Desk(port, InsecureServerCredentials.create(), services, before);
    }

    static Desk open(ServerCredentials credentials, Services services) throws IOException {
        return new Desk(0, credentials, services, (_, _) -> Status.OK);
    }

    int port() {
        return server.getPort();
    }

    String target() {
        return "localhost:" + port();
    }

    /** How often a call of this name was asked for. */
    long times(String method) {
        return asked.stream().filter(one -> one.method().endsWith("/" + method)).count();
    }

    @Override
    public <T> void answer(StreamObserver<T> to, Supplier<T> action) {
        ((ServerCallStreamObserver<T>) to).setOnCancelHandler(() -> {});
        T answer;
        try {
            answer = action.get();
        } catch (RuntimeException refused) {
            to.onError(status(refused));
            return;
        }
        to.onNext(answer);
        to.onCompleted();
    }

    @Override
    public <T> void stream(StreamObserver<T> to, Body<T> body) {
        var reader = new OneReader<>((ServerCallStreamObserver<T>) to);
        threads.execute(
                Context.current()
                        .wrap(
                                () -> {
                                    try {
                                        body.run(reader);
                                        if (!reader.observer.isCancelled()) {
                                            to.onCompleted();
                                        }
                                    } catch (InterruptedException | RuntimeException failure) {
                                        if (!reader.observer.isCancelled()) {
                                            to.onError(status(failure));
                                        }
                                    }
                                }));
    }

    @Override
    public <Q, T> StreamObserver<Q> collect(StreamObserver<T> to, Collector<Q, T> collector) {
        ((ServerCallStreamObserver<T>) to).setOnCancelHandler(() -> {});
        return new StreamObserver<>() {
            @Override
            public void onNext(Q part) {
                collector.take(part);
            }

            @Override
            public void onError(Throwable gone) {
                collector.close();
            }

            @Override
            public void onCompleted() {
                try (collector) {
                    answer(to, collector::answer);
                }
            }
        };
    }

    private static final class OneReader<T> implements Reader<T> {

        private final ServerCallStreamObserver<T> observer;
        private final Semaphore changed = new Semaphore(0);
        private final List<Runnable> over = new CopyOnWriteArrayList<>();

        OneReader(ServerCallStreamObserver<T> observer) {
            this.observer = observer;
            observer.setOnReadyHandler(changed::release);
            observer.setOnCancelHandler(
                    () -> {
                        changed.release();
                        over.forEach(Runnable::run);
                    });
        }

        @Override
        public boolean awaitReady() throws InterruptedException {
            while (!observer.isCancelled() && !observer.isReady()) {
                changed.acquire();
            }
            return !observer.isCancelled();
        }

        @Override
        public void send(T answer) {
            observer.onNext(answer);
        }

        @Override
        public void whenOver(Runnable action) {
            over.add(action);
            if (observer.isCancelled()) {
                action.run();
            }
        }
    }

    @Override
    public <T> T await(Wait<T> wait) {
        var thread = Thread.currentThread();
        Context.CancellationListener over = _ -> thread.interrupt();
        waiting.add(thread);
        Context.current().addListener(over, (Executor) Runnable::run);
        try {
            return wait.get();
        } catch (InterruptedException ended) {
            throw new RuntimeUnavailableException("The wait was ended");
        } finally {
            Context.current().removeListener(over);
            waiting.remove(thread);
        }
    }

    /** Whoever comes here may do everything. */
    @Override
    public void operatorOnly() {}

    /** How many callers wait in the server. */
    int waiters() {
        return waiting.size();
    }

    private static StatusRuntimeException status(Exception failure) {
        var code =
                failure instanceof MirrorNeuronException known ? known.code() : ErrorCode.INTERNAL;
        var message = String.valueOf(failure.getMessage());
        var trailers = new Metadata();
        trailers.put(
                Refusal.ERROR,
                Failure.of(
                                code.code(),
                                message,
                                JsonObject.builder().put("message", message).build(),
                                Instant.EPOCH,
                                "")
                        .toJson()
                        .toString());
        return Status.fromCode(Status.Code.valueOf(code.grpcStatus().name()))
                .withDescription(message)
                .asRuntimeException(trailers);
    }

    private final class Recorder implements ServerInterceptor {

        private final Before before;

        Recorder(Before before) {
            this.before = before;
        }

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            var method = call.getMethodDescriptor().getFullMethodName();
            asked.add(new Asked(method, headers));
            var status = before.call(method, headers);
            if (!status.isOk()) {
                call.close(status, new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    /** Breaks every connection, as a dying process does. */
    void kill() {
        server.shutdownNow();
        waiting.forEach(Thread::interrupt);
        try {
            assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        threads.close();
    }
}
