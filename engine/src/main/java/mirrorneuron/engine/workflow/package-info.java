/**
 * What a workflow of steps is, and when a step may run.
 *
 * <p>Words owned here: <b>step</b> (a unit of work with a life that one can see), <b>attempt</b>
 * (one try at it), <b>trigger rule</b> (which ends of its parents let it run), <b>outcome</b> (what
 * its children see of its end), <b>gate</b> (a person decides). A step is driven by agents; what
 * they send and run is the business of {@code engine.job}, which keeps the ledger of steps as part
 * of the job's state.
 *
 * <p>Everything here is a value or a pure function. Start with {@link
 * mirrorneuron.engine.workflow.WorkflowSpec}, then {@link
 * mirrorneuron.engine.workflow.TriggerRule}.
 */
@NullMarked
package mirrorneuron.engine.workflow;

import org.jspecify.annotations.NullMarked;
