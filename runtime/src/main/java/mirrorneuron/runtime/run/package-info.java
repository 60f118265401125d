/**
 * The run store: one folder per run with files that follow the log of its job, and everything that
 * is read from them.
 *
 * <p>Words owned here: <em>recording</em> (the work of bringing a run's files up to its job's log),
 * <em>position</em> (how far that has come, kept in the folder), <em>close</em> (the last files of
 * a run that has ended). The log is the truth; a folder can be deleted and written again. Start
 * with {@link mirrorneuron.runtime.run.RunRecorder} for writing and {@link
 * mirrorneuron.runtime.run.Runs} for reading.
 */
@NullMarked
package mirrorneuron.runtime.run;

import org.jspecify.annotations.NullMarked;
