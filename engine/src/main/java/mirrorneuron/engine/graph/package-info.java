/**
 * A manifest compiled for running: agents by id, edges by message type, cycles found once.
 *
 * <p>Words owned here: <em>graph</em>, <em>vertex</em> (an agent's place in it), <em>cycle
 * edge</em>, <em>group</em> (the agents that belong to one node). A graph is immutable and shared
 * by all jobs of a bundle. Start with {@link mirrorneuron.engine.graph.Graph}.
 */
@NullMarked
package mirrorneuron.engine.graph;

import org.jspecify.annotations.NullMarked;
