package mirrorneuron.api.spi;

import java.util.Map;
import java.util.ServiceLoader;
import mirrorneuron.api.RemoteBuilder;
import mirrorneuron.api.UnsupportedFeatureException;

/** Makes connections to servers; found by service loading. */
public interface RemoteProvider {

    /**
     * @param target {@code host:port}
     * @throws mirrorneuron.api.InvalidRequestException when it is blank
     */
    RemoteBuilder builder(String target);

    /**
     * As these variables say.
     *
     * @throws mirrorneuron.api.InvalidRequestException when one cannot be used; the message names
     *     it
     */
    RemoteBuilder builder(Map<String, String> environment);

    static RemoteProvider find() {
        return ServiceLoader.load(RemoteProvider.class)
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedFeatureException(
                                        "Expected a client on the class path, but found none: add mirrorneuron-client"));
    }
}
