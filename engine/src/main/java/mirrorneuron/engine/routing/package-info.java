/**
 * Which edges a message takes: conditions over what it carries, and the choice among edges.
 *
 * <p>Words owned here: <em>condition</em>, <em>scope</em> (what a condition can see),
 * <em>route</em>. Start with {@link mirrorneuron.engine.routing.Condition}.
 */
@NullMarked
package mirrorneuron.engine.routing;

import org.jspecify.annotations.NullMarked;
