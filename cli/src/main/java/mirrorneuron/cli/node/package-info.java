/** {@code mn node}: what runs the work. */
@NullMarked
package mirrorneuron.cli.node;

import org.jspecify.annotations.NullMarked;
