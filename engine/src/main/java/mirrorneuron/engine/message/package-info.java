/**
 * What a message looks like from outside and from inside: the shapes that senders may use, the ids
 * that a repeat must arrive at again, and the bytes that a command reads.
 *
 * <p>Words owned here: <em>spec shape</em> and <em>legacy shape</em> (the two documents a sender
 * may write), <em>reserved key</em>, <em>digest</em> (what makes two messages the same). Start with
 * {@link mirrorneuron.engine.message.MessageFormat}.
 */
@NullMarked
package mirrorneuron.engine.message;

import org.jspecify.annotations.NullMarked;
