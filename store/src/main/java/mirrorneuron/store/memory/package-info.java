/**
 * The store without a disk: plain maps behind one lock, so that it is obviously right. It is the
 * yardstick for the other adapters and the base of the simulator; it starts no threads and reads no
 * clock.
 */
@NullMarked
package mirrorneuron.store.memory;

import org.jspecify.annotations.NullMarked;
