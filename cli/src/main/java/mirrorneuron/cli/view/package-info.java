/**
 * What a job looks like: pure functions from what the runtime reports to lines of text.
 *
 * <p>Words owned here: <em>progress</em> (what is known of how far a job is), <em>frame</em> (the
 * lines of one moment). Start with {@link mirrorneuron.cli.view.WorkflowView}.
 */
@NullMarked
package mirrorneuron.cli.view;

import org.jspecify.annotations.NullMarked;
