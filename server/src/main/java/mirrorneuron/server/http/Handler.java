package mirrorneuron.server.http;

/** Decodes a request, calls the runtime, encodes the answer. Called on a thread of its own. */
@FunctionalInterface
public interface Handler {

    /**
     * @throws HttpFailure to refuse
     * @throws mirrorneuron.api.MirrorNeuronException refused by the runtime; the edge encodes it
     */
    Response handle(Request request);
}
