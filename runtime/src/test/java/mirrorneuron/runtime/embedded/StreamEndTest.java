package mirrorneuron.runtime.embedded;

import mirrorneuron.api.EventStream.EndReason;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** A stream ends once, for the reason that came first, whichever way its threads interleave. */
public class StreamEndTest {

    private final StreamEnd end = new StreamEnd();

    @Operation
    public EndReason closed() {
        end.with(EndReason.CLOSED);
        return end.reason();
    }

    @Operation
    public EndReason read() {
        end.with(EndReason.TERMINAL_EVENT);
        return end.reason();
    }

    @Test
    void the_first_reason_stays() {
        new ModelCheckingOptions()
                .iterations(5)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .minimizeFailedScenario(false)
                .check(StreamEndTest.class);
    }
}
