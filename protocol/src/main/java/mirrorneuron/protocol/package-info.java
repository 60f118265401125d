/**
 * What clients of other languages and this runtime say to each other over gRPC. The files under
 * {@code src/main/proto} are the whole of it: the packages below this one are generated from them,
 * {@code mirrorneuron.protocol.job} from {@code mirrorneuron.job.v1} and so on, and nothing here is
 * written by hand.
 *
 * <p>Names, numbers and types are kept for good: clients that nobody rebuilds depend on them. A new
 * field takes a number of its own behind the others.
 */
@NullMarked
package mirrorneuron.protocol;

import org.jspecify.annotations.NullMarked;
