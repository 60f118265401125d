/**
 * The public interface of MirrorNeuron: values, results and facets, with no third-party type in any
 * signature.
 */
@org.jspecify.annotations.NullMarked
module mirrorneuron.api {
    requires static org.jspecify;

    exports mirrorneuron.api;
    exports mirrorneuron.api.agent;
    exports mirrorneuron.api.codec;
    exports mirrorneuron.api.json;
    exports mirrorneuron.api.spi;

    uses mirrorneuron.api.spi.EmbeddedProvider;
    uses mirrorneuron.api.spi.RemoteProvider;
    uses mirrorneuron.api.spi.ServerProvider;
}
