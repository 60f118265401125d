package mirrorneuron.api.canary;

import mirrorneuron.engine.graph.Graph;

/** Breaks: the api knows nobody. */
public interface ApiOnEngine {
    Graph graph();
}
