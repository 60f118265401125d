/**
 * Answers to requests that carried an idempotency key, kept so that the same request gets the same
 * answer again.
 *
 * <p>Start with {@link mirrorneuron.runtime.reply.Replies}.
 */
@NullMarked
package mirrorneuron.runtime.reply;

import org.jspecify.annotations.NullMarked;
