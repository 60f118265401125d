/**
 * Inputs that nobody would write, sent to everything that reads what others wrote.
 *
 * <p>A {@link mirrorneuron.fuzz.Target} reads one input. {@link mirrorneuron.fuzz.FuzzTest} starts
 * a process for each target, in which Jazzer makes inputs out of real ones and keeps those that
 * reach new code. Start there.
 */
@NullMarked
package mirrorneuron.fuzz;

import org.jspecify.annotations.NullMarked;
