/** Specifications. */
@NullMarked
package mirrorneuron.cli.output;

import org.jspecify.annotations.NullMarked;
