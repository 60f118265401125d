/**
 * Live streams: the event log of a job and its progress, read from a cursor. A slow reader reads
 * later; it never slows the job.
 *
 * <p>Start with {@link mirrorneuron.server.stream.StreamRoutes}.
 */
@NullMarked
package mirrorneuron.server.stream;

import org.jspecify.annotations.NullMarked;
