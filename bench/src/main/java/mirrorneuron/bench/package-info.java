/**
 * Measures the product. Every figure that is published comes from here.
 *
 * <p>Words owned here: <em>row</em> (one line of the table: a load and its budgets), <em>trial</em>
 * (one run of a row, in a JVM and a home of its own), <em>round</em> (one trial of every row;
 * rounds interleave the rows, because a machine drifts), <em>figure</em> (one measured number).
 * Start with {@link mirrorneuron.bench.Bench}; the loads are in {@code mirrorneuron.bench.row}, the
 * JMH suite in {@code mirrorneuron.bench.micro}.
 */
@NullMarked
package mirrorneuron.bench;

import org.jspecify.annotations.NullMarked;
