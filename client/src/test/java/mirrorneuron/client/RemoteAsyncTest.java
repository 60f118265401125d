package mirrorneuron.client;

import java.nio.file.Path;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.runtime.embedded.AsyncTest;
import mirrorneuron.server.grpc.GrpcSettings.Access;

/** The same through a connection. */
class RemoteAsyncTest extends AsyncTest {

    @Override
    protected MirrorNeuron held(MirrorNeuron runtime, Path home) {
        return Served.overEdge(runtime, home.resolve("sent"), Served.settings(Access.OPEN, "t"));
    }
}
