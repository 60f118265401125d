/**
 * What a command's output means, and who may run one: the pure half of running workers.
 *
 * <p>Words owned here: <em>attempt</em>, <em>lease</em>, <em>pool</em>, <em>slot</em>,
 * <em>structured result</em>, <em>outcome</em>. Start with {@link
 * mirrorneuron.engine.worker.WorkerOutcome}.
 */
@NullMarked
package mirrorneuron.engine.worker;

import org.jspecify.annotations.NullMarked;
