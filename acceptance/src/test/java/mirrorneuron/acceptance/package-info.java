/**
 * The built product, tried from outside: as a command, as a program that embeds it, as a server,
 * and as a process that is killed and whose home is destroyed. Nothing here looks inside.
 */
@NullMarked
package mirrorneuron.acceptance;

import org.jspecify.annotations.NullMarked;
