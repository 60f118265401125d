/**
 * How {@link mirrorneuron.api.MirrorNeuron} finds an implementation, and the command a server.
 * Programs that use the runtime need nothing from here.
 */
@NullMarked
package mirrorneuron.api.spi;

import org.jspecify.annotations.NullMarked;
