package mirrorneuron.server.grpc;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells waiting calls that the server is about to stop. Safe from any thread. */
public final class Stopping {

    private final Set<Registration> waiting = new LinkedHashSet<>(); // guarded by this
    private boolean stopping; // guarded by this

    /**
     * Runs an action, on another thread, when the server is about to stop; at once when it is
     * already.
     */
    Registration whenStopping(Runnable action) {
        var registration = new Registration(action);
        synchronized (this) {
            if (!stopping) {
                waiting.add(registration);
                return registration;
            }
        }
        action.run();
        return registration;
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    /** How many calls wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    void stop() {
        List<Registration> told;
        synchronized (this) {
            stopping = true;
            told = List.copyOf(waiting);
        }
        told.forEach(registration -> registration.action.run());
    }

    /** Until it is closed. */
    final class Registration implements AutoCloseable {

        private final Runnable action;

        private Registration(Runnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            synchronized (Stopping.this) {
                waiting.remove(this);
            }
        }
    }
}
