package mirrorneuron.runtime.job;

import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;
import mirrorneuron.runtime.bundle.KeptBundle;

/**
 * What running an agent needs to know of its job beside the message.
 *
 * @param configuration the bundle's, with the submission's overrides merged over it
 */
public record JobContext(Graph graph, KeptBundle bundle, JsonObject configuration) {}
