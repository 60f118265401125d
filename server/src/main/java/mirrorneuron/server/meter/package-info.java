/** Counts what an edge answers; the edges say what they tell apart. */
@NullMarked
package mirrorneuron.server.meter;

import org.jspecify.annotations.NullMarked;
