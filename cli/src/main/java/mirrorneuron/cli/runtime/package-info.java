/**
 * {@code mn runtime …}: a home run as a server, in this process or one of its own, and looked at
 * from outside.
 *
 * <p>Start with {@link mirrorneuron.cli.runtime.RuntimeStart}.
 */
@NullMarked
package mirrorneuron.cli.runtime;

import org.jspecify.annotations.NullMarked;
