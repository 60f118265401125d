/**
 * Staying with a job until it ends, stands still, or the reader has seen enough.
 *
 * <p>Words owned here: <em>follower</em> (the loop), <em>sink</em> (where it shows what it sees),
 * <em>screen</em> (the redrawn part of a terminal), <em>standstill</em> (a job that only something
 * from outside can move). Start with {@link mirrorneuron.cli.follow.Follower}.
 */
@NullMarked
package mirrorneuron.cli.follow;

import org.jspecify.annotations.NullMarked;
