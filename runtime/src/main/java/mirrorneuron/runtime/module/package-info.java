/**
 * Agents written in Java: finding their factories, and calling them.
 *
 * <p>Words owned here: <em>module</em> (the name under which a factory is found), <em>call</em>.
 * Start with {@link mirrorneuron.runtime.module.ModuleRunner}.
 */
@NullMarked
package mirrorneuron.runtime.module;

import org.jspecify.annotations.NullMarked;
