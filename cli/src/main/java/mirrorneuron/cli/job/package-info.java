/** {@code mn job}: looking at jobs and steering them. */
@NullMarked
package mirrorneuron.cli.job;

import org.jspecify.annotations.NullMarked;
