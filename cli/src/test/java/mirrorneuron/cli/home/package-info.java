/** Specifications. */
@NullMarked
package mirrorneuron.cli.home;

import org.jspecify.annotations.NullMarked;
