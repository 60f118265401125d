package mirrorneuron.api.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import mirrorneuron.api.UnsupportedFeatureException;

/** Starts servers in this process; found by service loading. */
public interface ServerProvider {

    /**
     * Opens the home, takes up its unfinished jobs and serves. It has written {@link
     * ServerEndpoint#FILE} into the home when it returns.
     *
     * @param environment variables, of which those of the server count
     * @param folder where {@code .env} files stand in for variables that are not set
     * @throws mirrorneuron.api.InvalidRequestException when a variable cannot be used; the message
     *     names it
     * @throws mirrorneuron.api.MirrorNeuronException when the home cannot be opened
     * @throws java.net.BindException when the address cannot be bound; the message names it, and
     *     the home is closed again
     * @throws IOException when the endpoint cannot be written down; nothing stays open
     */
    RunningServer start(Map<String, String> environment, Path folder) throws IOException;

    static ServerProvider find() {
        return ServiceLoader.load(ServerProvider.class)
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedFeatureException(
                                        "Expected a server on the class path, but found none: add mirrorneuron-server"));
    }
}
