package mirrorneuron.cli.follow;

import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

/** Ctrl-C and a polite request to end, noticed instead of obeyed. Safe from any thread. */
public interface Interrupts extends AutoCloseable {

    /** How often Ctrl-C was pressed since listening began. */
    int pressed();

    /** Whether the process was asked to end (SIGTERM, or its terminal is gone). */
    boolean terminated();

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
                var formerInt = Signals.register("INT", pressed::incrementAndGet);
                var formerTerm = Signals.register("TERM", terminated::incrementAndGet);
                var formerHup = Signals.register("HUP", terminated::incrementAndGet);
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
