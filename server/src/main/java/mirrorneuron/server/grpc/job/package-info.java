/**
 * Jobs over gRPC: submitting, details and lists, controls, clearing.
 *
 * <p>Start with {@link mirrorneuron.server.grpc.job.JobCalls}.
 */
@NullMarked
package mirrorneuron.server.grpc.job;

import org.jspecify.annotations.NullMarked;
