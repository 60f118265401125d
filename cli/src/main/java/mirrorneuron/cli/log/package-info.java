/**
 * The log file of the command, which also takes what the libraries log: nothing of it reaches a
 * terminal.
 */
@NullMarked
package mirrorneuron.cli.log;

import org.jspecify.annotations.NullMarked;
