/**
 * JMH over the parts that every message passes: JSON, ids, facts, turns, the store. They say where
 * a row's time goes and whether a change helped; run with {@code -prof gc} they say what it
 * allocates, which a busy machine does not blur.
 */
@NullMarked
package mirrorneuron.bench.micro;

import org.jspecify.annotations.NullMarked;
