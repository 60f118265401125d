/**
 * What remote programs need beyond the other services: whole records, pages of events, messages,
 * dead letters, bundles.
 *
 * <p>Start with {@link mirrorneuron.server.grpc.extension.ExtensionCalls}.
 */
@NullMarked
package mirrorneuron.server.grpc.extension;

import org.jspecify.annotations.NullMarked;
