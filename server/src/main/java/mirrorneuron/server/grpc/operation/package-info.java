/**
 * Operations over gRPC: starting, reading and following them.
 *
 * <p>Start with {@link mirrorneuron.server.grpc.operation.OperationCalls}.
 */
@NullMarked
package mirrorneuron.server.grpc.operation;

import org.jspecify.annotations.NullMarked;
