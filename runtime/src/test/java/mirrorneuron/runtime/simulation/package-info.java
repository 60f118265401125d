/**
 * The shipped engine, actors, loader and bundle library on one thread: time is a number, chance is
 * a seed, the disk fails on purpose, and the process dies at any commit. The same seed gives the
 * same run, step for step.
 *
 * <p>Words owned here: <em>world</em> (one seed's run), <em>incarnation</em> (one life of the
 * runtime, between two crashes), <em>disk</em> (what survives), <em>workload</em> (a job whose
 * right answer is known), <em>audit</em> (what the durable facts of a job say about its messages),
 * <em>violation</em> (a promise that was broken), <em>sabotage</em> (a bug planted to see that it
 * is caught). Start with {@link mirrorneuron.runtime.simulation.World}.
 */
@NullMarked
package mirrorneuron.runtime.simulation;

import org.jspecify.annotations.NullMarked;
