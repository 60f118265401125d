package mirrorneuron.cli.follow;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Ctrl-C and a polite request to end, noticed instead of obeyed. Safe from any thread. */
public interface Interrupts extends AutoCloseable {

    /** How often Ctrl-C was pressed since listening began. */
    int pressed();

    /** Whether the process was asked to end (SIGTERM, or its terminal is gone). */
    boolean terminated();

    /**
     * Waits for Ctrl-C or a request to end.
     *
     * @return false when the time was over and neither had come
     */
    boolean await(Duration limit) throws InterruptedException;

    /** Gives Ctrl-C its usual meaning back. */
    @Override
    void close();

    /** Begins to listen. */
    @FunctionalInterface
    interface Source {
        Interrupts listen();

        // The JDK has no other way to notice a signal, and the terminal library's way to this one
        // makes ready the JDK's logging before it is used.

        @SuppressWarnings("sunapi")
        static Source ofProcess() {
            return () -> {
                var pressed = new AtomicInteger();
                var terminated = new AtomicInteger();
                var first = new CountDownLatch(1);
                SignalHandler press =
                        _ -> {
                            pressed.incrementAndGet();
                            first.countDown();
                        };
                SignalHandler end =
                        _ -> {
                            terminated.incrementAndGet();
                            first.countDown();
                        };
                var formerInt = Signal.handle(new Signal("INT"), press);
                var formerTerm = Signal.handle(new Signal("TERM"), end);
                var formerHup = Signal.handle(new Signal("HUP"), end);
                return new Interrupts() {
                    @Override
                    public int pressed() {
                        return pressed.get();
                    }

                    @Override
                    public boolean terminated() {
                        return terminated.get() > 0;
                    }

                    @Override
                    public boolean await(Duration limit) throws InterruptedException {
                        // A wait without a limit is longer than nanoseconds can say; this
                        // conversion knows.
                        return first.await(
                                TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
                    }

                    @Override
                    public void close() {
                        Signal.handle(new Signal("INT"), formerInt);
                        Signal.handle(new Signal("TERM"), formerTerm);
                        Signal.handle(new Signal("HUP"), formerHup);
                    }
                };
            };
        }
    }
}
