/**
 * What the machine has, and how much of it may be used.
 *
 * <p>Words owned here: <em>hardware</em> (what there is, read from the system), <em>limits</em>
 * (how much of it may be used, in percent). Start with {@link
 * mirrorneuron.runtime.resource.NodeResources}.
 */
@NullMarked
package mirrorneuron.runtime.resource;

import org.jspecify.annotations.NullMarked;
