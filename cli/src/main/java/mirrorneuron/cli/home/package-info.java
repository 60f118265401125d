/**
 * Opening a home: to read it, or to run what it holds.
 *
 * <p>Words owned here: <em>door</em> (what opens a runtime), <em>opening</em> (with which intent).
 * Start with {@link mirrorneuron.cli.home.RuntimeDoor}.
 */
@NullMarked
package mirrorneuron.cli.home;

import org.jspecify.annotations.NullMarked;
