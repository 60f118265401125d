package mirrorneuron.client;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.Store;
import mirrorneuron.runtime.embedded.MirrorNeuronContract;
import mirrorneuron.server.grpc.GrpcSettings.Access;

/** The contract of the public interface, kept through a connection to the edge of a server. */
class RemoteContractTest extends MirrorNeuronContract {

    @Override
    protected MirrorNeuron start(Path home, UnaryOperator<EmbeddedBuilder> settings) {
        return Served.overEdge(
                settings.apply(MirrorNeuron.embedded().home(home)).store(new Store.File()).start(),
                home.resolve("sent"),
                Served.settings(Access.OPEN, "t"));
    }

    @Override
    protected boolean durable() {
        return true;
    }
}
