/**
 * What a Java program sees of the runtime: one interface with facets, records for everything that
 * is read, and sealed results for everything that can turn out in more than one way.
 *
 * <p>Words owned here: <em>job</em>, <em>agent</em>, <em>message</em>, <em>bundle</em>,
 * <em>submission</em>, <em>outcome</em>, <em>failure</em>, <em>dead letter</em>,
 * <em>explanation</em>. Start with {@link mirrorneuron.api.MirrorNeuron}.
 */
@NullMarked
package mirrorneuron.api;

import org.jspecify.annotations.NullMarked;
