package mirrorneuron.client;

import mirrorneuron.api.RuntimeUnavailableException;
import mirrorneuron.client.Link.Wait;

/** Calls that may be interrupted but ask others that may not. */
final class Interrupts {

    private Interrupts() {}

    /** A flag that was set before or meanwhile is an interrupt of this call. */
    static <T> T pass(Wait<T> call) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            return call.get();
        } catch (RuntimeUnavailableException interrupted) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw interrupted;
        }
    }
}
