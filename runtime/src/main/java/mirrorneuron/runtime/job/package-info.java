/**
 * Jobs at work: one actor per live job takes its commands in order, commits what the engine
 * decided, and only then lets effects out.
 *
 * <p>Words owned here: <em>actor</em> (the one owner of a live job), <em>directory</em> (who runs
 * which job), <em>feed</em> (the log read from a cursor). Start with {@link
 * mirrorneuron.runtime.job.JobActor}.
 */
@NullMarked
package mirrorneuron.runtime.job;

import org.jspecify.annotations.NullMarked;
