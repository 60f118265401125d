/**
 * What becomes of a job's documents when they are restored as another job.
 *
 * <p>Words owned here: <em>clone</em> (a job that goes on from where another one was paused, under
 * ids of its own). Start with {@link mirrorneuron.engine.backup.IdReplacement}.
 */
@NullMarked
package mirrorneuron.engine.backup;

import org.jspecify.annotations.NullMarked;
