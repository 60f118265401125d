/**
 * Values of the interface as documents, for those who carry them between processes.
 *
 * <p>A record that has a document of its own reads it itself ({@code fromJson} beside {@code
 * toJson}). Here is the rest: what a caller asks for ({@link mirrorneuron.api.codec.Requests},
 * {@link mirrorneuron.api.codec.Messages}, {@link mirrorneuron.api.codec.Bundles}), what a sender
 * of a message may write ({@link mirrorneuron.api.codec.MessageFormat}), the sealed results ({@link
 * mirrorneuron.api.codec.Outcomes}), and records whose document is made for people and shows less
 * than the record knows ({@link mirrorneuron.api.codec.Views}). Client and server use the same
 * methods, so what one writes the other reads. Absent members are left out; members that are not
 * known are passed over; a duration is in milliseconds.
 *
 * <p>Words owned here: <em>spec shape</em> and <em>legacy shape</em> (the two documents a sender of
 * a message may write), <em>reserved key</em>.
 */
@NullMarked
package mirrorneuron.api.codec;

import org.jspecify.annotations.NullMarked;
