/** How cost grows with size: the same work at sizes a decade apart, as tables and pictures. */
@NullMarked
package mirrorneuron.bench.growth;

import org.jspecify.annotations.NullMarked;
