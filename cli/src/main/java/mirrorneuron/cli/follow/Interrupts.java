package mirrorneuron.cli.follow;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

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

        static Source ofProcess() {
            return () -> {
                var pressed = new AtomicInteger();
                var terminated = new AtomicInteger();
                var first = new CountDownLatch(1);
                Runnable press =
                        () -> {
                            pressed.incrementAndGet();
                            first.countDown();
                        };
                Runnable end =
                        () -> {
                            terminated.incrementAndGet();
                            first.countDown();
                        };
                var formerInt = Signals.register("INT", press);
                var formerTerm = Signals.register("TERM", end);
                var formerHup = Signals.register("HUP", end);
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
                        Signals.unregister("INT", formerInt);
                        Signals.unregister("TERM", formerTerm);
                        Signals.unregister("HUP", formerHup);
                    }
                };
            };
        }
    }
}
