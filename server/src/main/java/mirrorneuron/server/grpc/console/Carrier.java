package mirrorneuron.server.grpc.console;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/**
 * Carries out calls for a service: sends answers, and failures as statuses. Safe from any thread.
 */
public interface Carrier {

    /** Answers once, with what the action gives or with what it throws as a status. */
    <T> void answer(StreamObserver<T> to, Supplier<T> action);

    /** Answers many times, at the pace of the reader; ends the call when the body returns. */
    <T> void stream(StreamObserver<T> to, Body<T> body);

    /**
     * Takes what the caller sends, one part after the other, and answers once when all of it is
     * there. A failure ends the call, and what comes after it is not looked at.
     */
    <Q, T> StreamObserver<Q> collect(StreamObserver<T> to, Collector<Q, T> collector);

    /**
     * Waits on behalf of the caller of the current call only: the wait ends when the call does, or
     * when the server stops.
     *
     * @throws mirrorneuron.api.RuntimeUnavailableException when it ended that way
     */
    <T> T await(Wait<T> wait);

    /**
     * Makes sure that the caller of the current call may do what only an operator may.
     *
     * @throws mirrorneuron.api.NotAuthorizedException when it may not
     */
    void operatorOnly();

    /** What a stream consists of. */
    @FunctionalInterface
    interface Body<T> {
        /** Sends until there is nothing more to send, or until the call is over. */
        void run(Reader<T> to) throws InterruptedException;
    }

    /** What becomes of the parts of a call. Used by one thread at a time. */
    interface Collector<Q, T> extends AutoCloseable {

        void take(Q part);

        /** After the last part. */
        T answer();

        /** Once in any case, after the answer or when there will be none. */
        @Override
        void close();
    }

    /** Whoever reads a stream. */
    interface Reader<T> {

        /**
         * Waits until the reader takes more.
         *
         * @return false when the call is over
         */
        boolean awaitReady() throws InterruptedException;

        /** Only after {@link #awaitReady}, so that nothing piles up. */
        void send(T answer);

        /** Runs an action when the call is over, at once when it is already. */
        void whenOver(Runnable action);
    }

    /** Something that waits. */
    @FunctionalInterface
    interface Wait<T> {
        T get() throws InterruptedException;
    }
}
