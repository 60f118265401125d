/** Specifications. */
@NullMarked
package mirrorneuron.cli.follow;

import org.jspecify.annotations.NullMarked;
