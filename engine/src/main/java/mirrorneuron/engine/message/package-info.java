/**
 * What a message looks like from inside: the ids that a repeat must arrive at again, and the bytes
 * that a command reads. The shapes that senders may use are read by {@link
 * mirrorneuron.api.codec.MessageFormat}.
 *
 * <p>Words owned here: <em>digest</em> (what makes two messages the same). Start with {@link
 * mirrorneuron.engine.message.MessageIds}.
 */
@NullMarked
package mirrorneuron.engine.message;

import org.jspecify.annotations.NullMarked;
