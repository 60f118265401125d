package mirrorneuron.server.http;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Counts what runs, so that a stop can end streams and wait for the rest. Safe from any thread. */
final class OpenCalls {

    private final Set<Call> open = new HashSet<>(); // guarded by this
    private boolean stopping; // guarded by this

    /** A call, until it is closed; empty when the server is stopping. */
    synchronized Optional<Call> begin() {
        if (stopping) {
            return Optional.empty();
        }
        var call = new Call();
        open.add(call);
        return Optional.of(call);
    }

    /** How many run now, live streams among them. */
    synchronized int open() {
        return open.size();
    }

    synchronized boolean stopping() {
        return stopping;
    }

    /** Lets nothing new begin, tells streams, and waits for the end of what runs. */
    void stop(Duration grace) {
        Set<Call> told;
        synchronized (this) {
            stopping = true;
            told = Set.copyOf(open);
        }
        told.forEach(Call::tell);
        long deadline = System.nanoTime() + grace.toNanos();
        synchronized (this) {
            while (!open.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                try {
                    wait(Math.max(1, left / 1_000_000));
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** One call that runs. */
    final class Call implements AutoCloseable {

        private Runnable onStop = () -> {};

        private void tell() {
            Runnable action;
            synchronized (OpenCalls.this) {
                action = onStop;
            }
            action.run();
        }

        @Override
        public void close() {
            synchronized (OpenCalls.this) {
                open.remove(this);
                OpenCalls.this.notifyAll();
            }
        }
    }

    /** What a stop does beside setting the flag, for the stream that this thread's call writes. */
    void onStop(Call call, Runnable action) {
        boolean now;
        synchronized (this) {
            call.onStop = action;
            now = stopping;
        }
        if (now) {
            action.run();
        }
    }
}
