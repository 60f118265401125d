package mirrorneuron.client;

import java.util.Map;
import mirrorneuron.api.RemoteBuilder;
import mirrorneuron.api.spi.RemoteProvider;

/** Found by service loading. */
public final class ClientProvider implements RemoteProvider {

    @Override
    public RemoteBuilder builder(String target) {
        return new Builder(target);
    }

    @Override
    public RemoteBuilder builder(Map<String, String> environment) {
        return Environment.builder(environment);
    }
}
