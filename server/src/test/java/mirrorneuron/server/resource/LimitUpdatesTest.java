package mirrorneuron.server.resource;

import static org.assertj.core.api.Assertions.assertThat;

import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.runtime.Race;
import org.junit.jupiter.api.Test;

/** Limits that several callers change at once. */
class LimitUpdatesTest {

    @Test
    void two_changes_of_different_limits_both_hold() throws Exception {
        var updates = new LimitUpdates(new Kept());
        for (int round = 0; round < 200 * Race.SCALE; round++) {
            int percent = round % 2 == 0 ? 50 : 75;
            Race.of(
                    2,
                    (lane, _) ->
                            updates.apply(
                                    JsonObject.of(
                                            lane == 0 ? "cpu" : "disk", JsonNumber.of(percent))));
            assertThat(updates.apply(JsonObject.empty()).limits())
                    .isEqualTo(new ResourceLimits(percent, 100, 100, percent));
        }
    }

    /** Keeps what is set, as a store does: reading and writing are two things. */
    private static final class Kept implements Resources {

        private volatile ResourceLimits limits = ResourceLimits.none();

        @Override
        public ResourceReport get() {
            var read = new ResourceReport("single_node", 1, limits, JsonObject.empty());
            Thread.yield();
            return read;
        }

        @Override
        public ResourceReport set(ResourceLimits wanted) {
            limits = wanted;
            return get();
        }
    }
}
