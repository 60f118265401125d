/**
 * The {@code mn} command: arguments in; tables, documents and exit codes out.
 *
 * <p>Words owned here: <em>leaf</em> (a command that does something), <em>noun</em> (the group it
 * belongs to), <em>desk</em> (what a leaf works with: the home, the output form, the width),
 * <em>surroundings</em> (everything that comes from outside the program). Start with {@link
 * mirrorneuron.cli.Mn} and {@link mirrorneuron.cli.Leaf}.
 */
@NullMarked
package mirrorneuron.cli;

import org.jspecify.annotations.NullMarked;
