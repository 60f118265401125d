package mirrorneuron.runtime.embedded;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Store;
import org.junit.jupiter.api.Nested;

/** The contract of the public interface, kept by a runtime in this JVM. */
class EmbeddedContractTest {

    @Nested
    class InMemory extends MirrorNeuronContract {

        @Override
        protected MirrorNeuron start(Path home, UnaryOperator<EmbeddedBuilder> settings) {
            return settings.apply(MirrorNeuron.embedded().home(home))
                    .store(new Store.Memory())
                    .start();
        }

        @Override
        protected boolean durable() {
            return false;
        }
    }

    @Nested
    class InFiles extends MirrorNeuronContract {

        @Override
        protected MirrorNeuron start(Path home, UnaryOperator<EmbeddedBuilder> settings) {
            return settings.apply(MirrorNeuron.embedded().home(home))
                    .store(new Store.File())
                    .start();
        }

        @Override
        protected boolean durable() {
            return true;
        }
    }
}
