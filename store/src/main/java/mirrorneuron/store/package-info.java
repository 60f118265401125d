/**
 * The one port to durable state. It speaks of jobs, facts and blobs, never of keys; each method is
 * one atomic step with its guarantee written down, and every adapter passes the same contract
 * suite.
 *
 * <p>Words owned here: <em>commit</em> (one atomic, durable write), <em>epoch</em> (the number of a
 * job's owner; a lower one is refused), <em>snapshot</em>, <em>entry</em> (the job's record),
 * <em>blob</em>. Start with {@link mirrorneuron.store.Store}; {@link mirrorneuron.store.SeedView}
 * shows any store under the key names that outside tools know.
 */
@NullMarked
package mirrorneuron.store;

import org.jspecify.annotations.NullMarked;
