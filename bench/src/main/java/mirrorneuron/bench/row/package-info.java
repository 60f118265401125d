/** The loads of the table, one record or class each; {@link Rows} lists them in order. */
@NullMarked
package mirrorneuron.bench.row;

import org.jspecify.annotations.NullMarked;
