package mirrorneuron.runtime.embedded;

import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.spi.EmbeddedProvider;

/** Found by service loading. */
public final class Provider implements EmbeddedProvider {

    @Override
    public EmbeddedBuilder builder() {
        return new Builder(System.getenv());
    }
}
