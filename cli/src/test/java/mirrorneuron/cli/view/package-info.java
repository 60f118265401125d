/** Specifications. */
@NullMarked
package mirrorneuron.cli.view;

import org.jspecify.annotations.NullMarked;
