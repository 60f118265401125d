/** Runs: the folders that jobs leave behind. */
@NullMarked
package mirrorneuron.cli.run;

import org.jspecify.annotations.NullMarked;
