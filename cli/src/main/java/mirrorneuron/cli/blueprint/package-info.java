/** {@code mn blueprint}: running and checking workflows. */
@NullMarked
package mirrorneuron.cli.blueprint;

import org.jspecify.annotations.NullMarked;
