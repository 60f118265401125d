package mirrorneuron.runtime.worker;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A running command with everything that it started: one session, one process group, ended as one.
 *
 * <p>{@link #watch} belongs to one platform thread; the ways to end the group are safe from any.
 */
final class ProcessGroup {

    /** Between TERM and KILL. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** How long the dead may take to let go of their pipes. */
    private static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Another thread may ask for the end, which this thread then notices soon enough. */
    private static final long NAP_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int BUFFER_BYTES = 64 * 1024;

    /** Hears of a group while it runs, on the watching thread. */
    interface Watcher {
        void onStdout(byte[] bytes, int count);

        void onStderr(byte[] bytes, int count);

        /**
         * Looks at the clock after each wake-up.
         *
         * @return nanoseconds until it wants to look again; {@code Long.MAX_VALUE} = never
         */
        long onTick(long nowNanos);

        /** The leader is gone and somebody outside the group still holds its stdout. */
        void onEscaped();
    }

    private final Posix.Child child;
    private final boolean sandboxed;
    private final Object lock = new Object();
    private boolean reaped;
    private boolean terminating;
    private long killAtNanos;

    private ProcessGroup(Posix.Child child, boolean sandboxed) {
        this.child = child;
        this.sandboxed = sandboxed;
    }

    /**
     * Starts a command.
     *
     * @param sandboxed whether the leader is a sandbox's keeper, which must not be asked to end
     *     before the command in it
     * @throws IOException if it cannot be started
     */
    static ProcessGroup start(Posix.Start start, boolean sandboxed) throws IOException {
        return new ProcessGroup(Posix.spawn(start), sandboxed);
    }

    int pid() {
        return child.pid();
    }

    /** Asks the group to end; whoever is left is killed after the grace. */
    void terminate() {
        synchronized (lock) {
            if (reaped || terminating) {
                return;
            }
            terminating = true;
            killAtNanos = System.nanoTime() + GRACE.toNanos();
            if (!sandboxed) {
                Posix.kill(-child.pid(), Posix.SIGTERM);
            } else if (!terminateInside()) {
                Posix.kill(-child.pid(), Posix.SIGKILL);
            }
        }
    }

    /** Ends the group at once. */
    void kill() {
        synchronized (lock) {
            if (!reaped) {
                terminating = true;
                killAtNanos = System.nanoTime();
                Posix.kill(-child.pid(), Posix.SIGKILL);
            }
        }
    }

    /**
     * The keeper (our child) and the sandbox's first process (its child) pass no signal on, and
     * when they end everything in the sandbox is killed at once. So the ones below them are asked.
     */
    private boolean terminateInside() {
        var first =
                ProcessHandle.of(child.pid()).stream().flatMap(ProcessHandle::children).toList();
        return first.stream()
                        .flatMap(ProcessHandle::descendants)
                        .filter(process -> Posix.kill((int) process.pid(), Posix.SIGTERM))
                        .count()
                > 0;
    }

    /**
     * Reads the output until the leader is gone, then ends what is left of the group.
     *
     * @return how the leader ended, and what it used
     */
    Posix.Exit watch(Watcher watcher) {
        try (var arena = Arena.ofConfined()) {
            var loop = new Loop(watcher, arena);
            try {
                loop.untilExit();
                loop.afterExit();
            } catch (Throwable failure) {
                // A listener threw: no command may outlive its watcher.
                var _ = end(loop);
                throw failure;
            }
            return end(loop);
        }
    }

    private Posix.Exit end(Loop loop) {
        kill();
        loop.close();
        // Until here the leader's pid cannot have been given to anybody else.
        synchronized (lock) {
            reaped = true;
            return Posix.reap(child.pid());
        }
    }

    private long killDelayNanos(long now) {
        synchronized (lock) {
            if (!terminating) {
                return NAP_NANOS_MAX;
            }
            long delay = killAtNanos - now;
            if (delay <= 0) {
                Posix.kill(-child.pid(), Posix.SIGKILL);
                return NAP_NANOS_MAX;
            }
            return delay;
        }
    }

    private boolean isTerminating() {
        synchronized (lock) {
            return terminating;
        }
    }

    private final class Loop {
        private final Watcher watcher;
        private final MemorySegment descriptors;
        private final MemorySegment buffer;
        private byte[] bytes = new byte[4096];
        private int stdout = child.stdout();
        private int stderr = child.stderr();
        private boolean exited;

        private Loop(Watcher watcher, Arena arena) {
            this.watcher = watcher;
            this.descriptors = arena.allocate(3L * Posix.POLLFD_BYTES, 8);
            this.buffer = arena.allocate(BUFFER_BYTES, 8);
        }

        private void untilExit() {
            while (true) {
                long now = System.nanoTime();
                long nap = Math.min(watcher.onTick(now), killDelayNanos(now));
                if (step(Math.min(nap, NAP_NANOS_MAX))) {
                    return;
                }
            }
        }

        /** What the group has written is in the pipes; nobody waits for what it might still say. */
        private void afterExit() {
            // Asked to end: the others of the group have their grace while they hold the output.
            while (isOpen()
                    && isTerminating()
                    && killDelayNanos(System.nanoTime()) != NAP_NANOS_MAX) {
                step(killDelayNanos(System.nanoTime()));
            }
            kill();
            drain();
            if (isOpen()) {
                watcher.onEscaped();
                drain();
            }
        }

        private void drain() {
            long until = System.nanoTime() + DRAIN_NANOS;
            for (long left = DRAIN_NANOS; isOpen() && left > 0; left = until - System.nanoTime()) {
                step(left);
            }
        }

        private boolean isOpen() {
            return stdout >= 0 || stderr >= 0;
        }

        private boolean step(long napNanos) {
            // After the exit the leader's descriptor is always ready, so it is watched only before.
            Posix.watch(descriptors, 0, stdout);
            Posix.watch(descriptors, 1, stderr);
            Posix.watch(descriptors, 2, exited ? -1 : child.pidfd());
            int napMs = (int) Math.max(0, Math.min(60_000, (napNanos + 999_999) / 1_000_000));
            try {
                if (Posix.poll(descriptors, 3, napMs) == 0) {
                    return false;
                }
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
            if (Posix.isReady(descriptors, 0)) {
                stdout = pump(stdout, true);
            }
            if (Posix.isReady(descriptors, 1)) {
                stderr = pump(stderr, false);
            }
            exited |= Posix.isReady(descriptors, 2);
            return exited;
        }

        private int pump(int descriptor, boolean isStdout) {
            int count = Posix.read(descriptor, buffer);
            if (count <= 0) {
                Posix.close(descriptor);
                return -1;
            }
            if (bytes.length < count) {
                bytes = new byte[BUFFER_BYTES];
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
            if (isStdout) {
                watcher.onStdout(bytes, count);
            } else {
                watcher.onStderr(bytes, count);
            }
            return descriptor;
        }

        private void close() {
            if (stdout >= 0) {
                Posix.close(stdout);
            }
            if (stderr >= 0) {
                Posix.close(stderr);
            }
            Posix.close(child.pidfd());
        }
    }
}
