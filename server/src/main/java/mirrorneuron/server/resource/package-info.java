/**
 * What the nodes have and how much of it may be used, over HTTP.
 *
 * <p>Start with {@link mirrorneuron.server.resource.ResourceRoutes}.
 */
@NullMarked
package mirrorneuron.server.resource;

import org.jspecify.annotations.NullMarked;
