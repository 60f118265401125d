/**
 * Actions on many jobs at once that outlive their caller: stored before they begin, taken up again
 * after a restart, readable as a list of events.
 *
 * <p>Words owned here: <em>operation</em> (one such action), <em>item</em> (its part for one
 * target), <em>slot</em> (the place in the store that an operation has). Start with {@link
 * mirrorneuron.runtime.operation.OperationDesk}.
 */
@NullMarked
package mirrorneuron.runtime.operation;

import org.jspecify.annotations.NullMarked;
