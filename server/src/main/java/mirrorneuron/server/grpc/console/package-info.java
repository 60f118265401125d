/**
 * The service {@code Console}: the interface for Java, call by call. A handler decodes, calls the
 * runtime, encodes; {@link mirrorneuron.server.grpc.console.ConsoleService} is the way in, and
 * {@link mirrorneuron.server.grpc.console.Carrier} is what it needs of the edge that listens.
 */
@NullMarked
package mirrorneuron.server.grpc.console;

import org.jspecify.annotations.NullMarked;
