/**
 * Running commands on this machine: workspaces, sandbox levels, process groups, output, signs of
 * life, and the pools that say how many run at once.
 *
 * <p>Words owned here: <em>workspace</em>, <em>sandbox level</em>, <em>process group</em>,
 * <em>orphan</em>. Start with {@link mirrorneuron.runtime.worker.WorkerHost}.
 */
@NullMarked
package mirrorneuron.runtime.worker;

import org.jspecify.annotations.NullMarked;
