/**
 * The life of one job: which commands are obeyed, which facts follow, and what the facts mean.
 *
 * <p>Words owned here: <em>command</em> (a wish), <em>event</em> (a recorded fact), <em>effect</em>
 * (work for the outside, started after the fact is durable), <em>turn</em> (everything decided
 * between two commits), <em>held</em> (a sent message that waits for room in a mailbox). Start with
 * {@link mirrorneuron.engine.job.JobEngine}, then {@link mirrorneuron.engine.job.Turn}.
 *
 * <p>The argument for exactness: {@code decide} changes nothing; {@code apply} is the only thing
 * that changes a job and runs the same way live and at replay; a turn's events are committed as one
 * step before any of its effects starts. So a crash between two commits loses decisions that nobody
 * has seen, and never half of one.
 */
@NullMarked
package mirrorneuron.engine.job;

import org.jspecify.annotations.NullMarked;
