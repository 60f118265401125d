/** The shell scripts that find Java, build and start. */
@NullMarked
package mirrorneuron.cli.launcher;

import org.jspecify.annotations.NullMarked;
