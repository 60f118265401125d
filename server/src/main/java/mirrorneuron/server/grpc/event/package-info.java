/**
 * Events of jobs over gRPC, stored ones and those to come.
 *
 * <p>Start with {@link mirrorneuron.server.grpc.event.EventCalls}.
 */
@NullMarked
package mirrorneuron.server.grpc.event;

import org.jspecify.annotations.NullMarked;
