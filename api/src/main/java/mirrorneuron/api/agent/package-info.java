/**
 * Writing agents in Java: one small interface, actions as values, and the state helpers of the
 * templates.
 *
 * <p>Words owned here: <em>agent</em> (the author's object), <em>action</em> (a wish that a handler
 * returns), <em>template</em> (a named way of keeping state). Start with {@link
 * mirrorneuron.api.agent.Agent}.
 */
@NullMarked
package mirrorneuron.api.agent;

import org.jspecify.annotations.NullMarked;
