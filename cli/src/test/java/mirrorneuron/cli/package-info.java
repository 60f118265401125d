/** The command against a small fake runtime: what people and scripts see. */
@NullMarked
package mirrorneuron.cli;

import org.jspecify.annotations.NullMarked;
