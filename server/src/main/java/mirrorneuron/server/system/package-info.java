/**
 * The server itself: is it well, what does it hold, which nodes does it know.
 *
 * <p>Start with {@link mirrorneuron.server.system.SystemRoutes}.
 */
@NullMarked
package mirrorneuron.server.system;

import org.jspecify.annotations.NullMarked;
