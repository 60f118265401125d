/** A server under mixed work for a long time, and whether anything in it only ever grows. */
@NullMarked
package mirrorneuron.bench.soak;

import org.jspecify.annotations.NullMarked;
