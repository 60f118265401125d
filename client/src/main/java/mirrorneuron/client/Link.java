package mirrorneuron.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import mirrorneuron.api.CallTimeoutException;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.ErrorCode.GrpcStatus;
import mirrorneuron.api.InternalRuntimeException;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.RuntimeUnavailableException;

/**
 * A connection to a server: the one place where calls are made. Safe from any thread.
 *
 * <p>A call that was made may have been carried out although no answer came, so only those that say
 * that this is harmless are made again ({@link Again#HARMLESS}).
 */
final class Link {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> STRICT =
            Metadata.Key.of("x-mn-strict", Metadata.ASCII_STRING_MARSHALLER);

    private static final Duration DELAY_MAX = Duration.ofSeconds(1);

    /** The transport ends a call at its deadline; this is for one that does not. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** What it may take to say how things stand after a wait that lasted until the deadline. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /** Whether a call may be made a second time when its first answer was lost. */
    enum Again {
        NEVER,
        HARMLESS
    }

    /** A call that waits for its answer. */
    @FunctionalInterface
    interface Wait<T> {
        T get() throws InterruptedException;
    }

    private final ManagedChannel channel;
    private final ExecutorService threads;
    private final Settings settings;
    private final AtomicBoolean closed;

    /** The end of a wait that is made of several calls. */
    private final OptionalLong endsAt;

    Link(ManagedChannel channel, ExecutorService threads, Settings settings) {
        this(channel, threads, settings, new AtomicBoolean(), OptionalLong.empty());
    }

    private Link(
            ManagedChannel channel,
            ExecutorService threads,
            Settings settings,
            AtomicBoolean closed,
            OptionalLong endsAt) {
        this.channel = channel;
        this.threads = threads;
        this.settings = settings;
        this.closed = closed;
        this.endsAt = endsAt;
    }

    /** The same connection for calls with other options. */
    Link with(mirrorneuron.api.CallOptions options) {
        return new Link(channel, threads, settings.with(options), closed, OptionalLong.empty());
    }

    /**
     * The same connection for the calls of one wait, which begins now. The deadline is for all of
     * them together.
     */
    Link forOneWait() {
        if (settings.deadline().isEmpty()) {
            return this;
        }
        long end = System.nanoTime() + saturated(settings.deadline().get());
        return new Link(channel, threads, settings, closed, OptionalLong.of(end));
    }

    /** So much of a wait as there is time for. */
    Duration shortened(Duration wait) {
        return endsAt.isPresent()
                ? Settings.shorter(Duration.ofNanos(endsAt.getAsLong() - System.nanoTime()), wait)
                : wait;
    }

    Settings settings() {
        return settings;
    }

    /** Makes a call, and calls off an interrupted one. */
    <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Again again) {
        return call(method, request, again, Duration.ZERO);
    }

    /**
     * @param waits how long the server may wait before it answers
     */
    <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Again again, Duration waits) {
        return flagged(method, () -> await(method, request, again, waits));
    }

    /** As {@link #call}, for calls that may be interrupted. */
    <Q, A> A await(MethodDescriptor<Q, A> method, Q request, Again again, Duration waits)
            throws InterruptedException {
        return repeated(again, () -> answers(method, request, waits).getFirst());
    }

    /** Makes a call with many answers and waits for the last one. */
    <Q, A> List<A> all(MethodDescriptor<Q, A> method, Q request) {
        return flagged(
                method,
                () -> repeated(Again.HARMLESS, () -> answers(method, request, Duration.ZERO)));
    }

    /** Begins a call with many answers, which are read as they come. */
    <Q, A, T> Inflow<A, T> open(MethodDescriptor<Q, A> method, Q request, Function<A, T> reader) {
        return open(method, CallOptions.DEFAULT, request, reader);
    }

    /** As {@link #open}, for answers that are parts of one: a deadline is for all of them. */
    <Q, A> Inflow<A, A> download(MethodDescriptor<Q, A> method, Q request) {
        return open(method, untilDeadline(), request, part -> part);
    }

    private <Q, A, T> Inflow<A, T> open(
            MethodDescriptor<Q, A> method, CallOptions options, Q request, Function<A, T> reader) {
        var call = newCall(method, options);
        var inflow = new Inflow<>(call, reader);
        begin(call, inflow, request, Inflow.AHEAD_MAX);
        return inflow;
    }

    private <Q, A> void begin(
            ClientCall<Q, A> call, ClientCall.Listener<A> listener, Q request, int answers) {
        call.start(listener, headers());
        call.request(answers);
        call.sendMessage(request);
        call.halfClose();
    }

    /**
     * Makes a call that waits again and again while the server is gone, as long as the settings
     * say.
     */
    <T> T persistently(Wait<T> call) throws InterruptedException {
        var patience = new Patience();
        while (true) {
            try {
                return call.get();
            } catch (RuntimeUnavailableException gone) {
                if (!patience.waits(gone)) {
                    throw gone;
                }
            }
        }
    }

    /** How long something looks for a server that went away. Not for sharing between threads. */
    final class Patience {

        private final Duration lasting;
        private long giveUpAt;
        private int looks;

        /** As the connection was made. */
        Patience() {
            this(Duration.ZERO);
        }

        /**
         * @param least where the connection was made without any
         */
        Patience(Duration least) {
            this.lasting = settings.reconnect().isZero() ? least : settings.reconnect();
        }

        /** The server answered: the next time it goes is another one. */
        void renew() {
            looks = 0;
        }

        /**
         * Waits before the next look.
         *
         * @return false when there shall be none
         */
        boolean waits(RuntimeUnavailableException gone) throws InterruptedException {
            if (!isUnreachable(gone) || lasting.isZero()) {
                return false;
            }
            if (looks == 0) {
                giveUpAt = System.nanoTime() + saturated(shortened(lasting));
            } else if (System.nanoTime() - giveUpAt >= 0) {
                return false;
            }
            pause(++looks);
            return true;
        }
    }

    private static long saturated(Duration duration) {
        // Half of the range, so that differences of times stay within it.
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0
                ? Long.MAX_VALUE / 2
                : duration.toNanos();
    }

    private boolean isUnreachable(RuntimeUnavailableException gone) {
        return !closed.get() && gone.code().grpcStatus() == GrpcStatus.UNAVAILABLE;
    }

    /** Waits twice as long each time, and lets the connection be tried at once after that. */
    private void pause(int times) throws InterruptedException {
        var delay = settings.retry().firstDelay().multipliedBy(1L << Math.min(times - 1, 10));
        Thread.sleep(delay.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : delay);
        channel.resetConnectBackoff();
    }

    private <T> T repeated(Again again, Wait<T> call) throws InterruptedException {
        int attempts = again == Again.HARMLESS ? settings.retry().attempts() : 1;
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (RuntimeUnavailableException gone) {
                if (attempt >= attempts || !isUnreachable(gone)) {
                    throw gone;
                }
                pause(attempt);
            }
        }
    }

    private <Q, A> List<A> answers(MethodDescriptor<Q, A> method, Q request, Duration waits)
            throws InterruptedException {
        var options = CallOptions.DEFAULT;
        long limit = Long.MAX_VALUE;
        if (!settings.timeout().isZero()) {
            long nanos = saturated(allowed(waits));
            options = options.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS);
            limit = nanos + SLACK.toNanos();
        }
        var call = newCall(method, options);
        var answers = new Answers<>(call, method.getType().serverSendsOneMessage());
        // One answer more than there may be, so that a second one would be seen.
        begin(call, answers, request, 2);
        return whole(method, call, answers, limit);
    }

    /** How long a call may take that waits so long in the server. */
    private Duration allowed(Duration waits) {
        if (settings.deadline().isEmpty()) {
            return settings.timeout().plus(waits);
        }
        if (endsAt.isEmpty()) {
            return settings.timeout();
        }
        var left = Duration.ofNanos(endsAt.getAsLong() - System.nanoTime());
        return Settings.shorter(settings.timeout().plus(waits), left.plus(ANSWER));
    }

    private CallOptions untilDeadline() {
        return settings.deadline()
                .map(
                        limit ->
                                CallOptions.DEFAULT.withDeadlineAfter(
                                        saturated(limit), TimeUnit.NANOSECONDS))
                .orElse(CallOptions.DEFAULT);
    }

    /**
     * Makes a call whose request comes in parts, at the pace at which the server takes them, and
     * waits for its answer however long that takes, but for a deadline. It is made once.
     *
     * @param parts read only as far as the server wants them; what reading throws ends the call
     */
    <Q, A> A upload(MethodDescriptor<Q, A> method, Iterator<Q> parts) {
        var call = newCall(method, untilDeadline());
        var answers = new Answers<>(call, true);
        call.start(answers, headers());
        call.request(2);
        boolean answered = false;
        try {
            var answer =
                    flagged(
                            method,
                            () -> {
                                while (answers.awaitReady() && parts.hasNext()) {
                                    call.sendMessage(parts.next());
                                }
                                call.halfClose();
                                return whole(method, call, answers, Long.MAX_VALUE).getFirst();
                            });
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                call.cancel("not answered", null);
            }
        }
    }

    private static <A> List<A> whole(
            MethodDescriptor<?, A> method, ClientCall<?, A> call, Answers<A> answers, long nanos)
            throws InterruptedException {
        try {
            return answers.whole().get(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupt) {
            call.cancel("interrupted", interrupt);
            throw interrupt;
        } catch (TimeoutException stuck) {
            call.cancel("deadline", stuck);
            throw new CallTimeoutException(
                    "The server did not answer " + method.getBareMethodName());
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof MirrorNeuronException refused) {
                throw refused;
            }
            throw new InternalRuntimeException(
                    ErrorCode.INTERNAL, "A call broke: " + failure.getCause(), failure);
        }
    }

    private <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        if (closed.get()) {
            throw new RuntimeUnavailableException(
                    "Expected an open connection to " + settings.target() + ", but it was closed");
        }
        return channel.newCall(method, options);
    }

    private Metadata headers() {
        var headers = new Metadata();
        settings.token().ifPresent(token -> headers.put(AUTHORIZATION, "Bearer " + token));
        if (settings.strict()) {
            headers.put(STRICT, "1");
        }
        return headers;
    }

    /** Who cannot be interrupted keeps the flag, and the call has not been answered. */
    static <T> T flagged(MethodDescriptor<?, ?> method, Wait<T> call) {
        try {
            return call.get();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailableException(
                    "Interrupted while asking the server: " + method.getBareMethodName());
        }
    }

    /** Ends calls that are open. */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        channel.shutdownNow();
        try {
            var unused = channel.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        threads.shutdown();
    }
}
