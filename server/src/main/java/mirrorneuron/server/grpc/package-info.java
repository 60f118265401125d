/**
 * The edge over gRPC: listens, lets callers in, turns exceptions into statuses, ends streams in
 * order.
 *
 * <p>Words owned here: <em>call</em> (one request with its answers), <em>caller</em> (what is known
 * of who asks), <em>downstream</em> (the answers of a streaming call, at its reader's pace). Start
 * with {@link mirrorneuron.server.grpc.GrpcEdge}; each service has a package of its own below.
 */
@NullMarked
package mirrorneuron.server.grpc;

import org.jspecify.annotations.NullMarked;
