package mirrorneuron.client;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.EmbeddedBuilder.StoreChoice;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.runtime.embedded.MirrorNeuronContract;

/** The contract of the public interface, kept through a connection. */
class RemoteContractTest extends MirrorNeuronContract {

    @Override
    protected MirrorNeuron start(Path home, UnaryOperator<EmbeddedBuilder> settings) {
        return Served.of(
                settings.apply(MirrorNeuron.embedded().home(home))
                        .store(new StoreChoice.File())
                        .start(),
                home.resolve("sent"));
    }

    @Override
    protected boolean durable() {
        return true;
    }
}
