/**
 * Runs over HTTP: what was recorded of them, their files, the people they ask.
 *
 * <p>Start with {@link mirrorneuron.server.run.RunRoutes}.
 */
@NullMarked
package mirrorneuron.server.run;

import org.jspecify.annotations.NullMarked;
