package mirrorneuron.client;

import mirrorneuron.api.Capabilities;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.codec.Outcomes;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.protocol.ext.ConsoleGrpc;
import org.jspecify.annotations.Nullable;

/** What the server at the other end understands: asked with the first call, and then known. */
final class Generation {

    private volatile @Nullable Boolean console;

    /** Whether the server has a console. */
    boolean hasConsole(Link link) {
        var known = console;
        if (known == null) {
            known = ask(link);
            console = known;
        }
        return known;
    }

    private static boolean ask(Link link) {
        try {
            capabilities(link);
            return true;
        } catch (UnsupportedFeatureException older) {
            return false;
        }
    }

    /**
     * @throws UnsupportedFeatureException when the server has no console
     */
    static Capabilities capabilities(Link link) {
        return Outcomes.capabilities(
                new Console(link)
                        .read(
                                ConsoleGrpc.getGetCapabilitiesMethod(),
                                Console.about(JsonObject.empty())),
                Capabilities.Mode.REMOTE);
    }
}
