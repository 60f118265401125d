/**
 * Homes: opening one to read it or to run what it holds, and the server that may hold one.
 *
 * <p>Words owned here: <em>door</em> (what opens a runtime), <em>opening</em> (with which intent),
 * <em>home server</em> (the server of a home, as its endpoint file tells). Start with {@link
 * mirrorneuron.cli.home.RuntimeDoor} and {@link mirrorneuron.cli.home.HomeServer}.
 */
@NullMarked
package mirrorneuron.cli.home;

import org.jspecify.annotations.NullMarked;
