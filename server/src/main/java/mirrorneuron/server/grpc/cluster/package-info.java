/**
 * Nodes over gRPC: the summary, and limits of resources.
 *
 * <p>Start with {@link mirrorneuron.server.grpc.cluster.ClusterCalls}.
 */
@NullMarked
package mirrorneuron.server.grpc.cluster;

import org.jspecify.annotations.NullMarked;
