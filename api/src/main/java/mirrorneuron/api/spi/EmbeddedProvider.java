package mirrorneuron.api.spi;

import java.util.ServiceLoader;
import mirrorneuron.api.EmbeddedBuilder;
import mirrorneuron.api.UnsupportedFeatureException;

/** Makes embedded runtimes; found by service loading. */
public interface EmbeddedProvider {

    EmbeddedBuilder builder();

    static EmbeddedProvider find() {
        return ServiceLoader.load(EmbeddedProvider.class)
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedFeatureException(
                                        "Expected an embedded runtime on the class path, but found none: add mirrorneuron-runtime"));
    }
}
