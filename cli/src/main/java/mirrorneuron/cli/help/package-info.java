/** What the command says of itself to shells and to the manual. */
@NullMarked
package mirrorneuron.cli.help;

import org.jspecify.annotations.NullMarked;
