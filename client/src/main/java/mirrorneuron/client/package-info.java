/**
 * The public interface over gRPC: to a program, a server looks like a runtime of its own.
 *
 * <p>{@link mirrorneuron.client.Link} is the one place that makes calls: deadlines, tokens,
 * repeats, interrupts, and refusals as exceptions. {@code Console…} classes speak the server's
 * service {@code Console}, which has a call for each method. {@code Older…} classes put the
 * interface together from the calls that every server has; {@link mirrorneuron.client.Generation}
 * says which of the two a server understands. Start at {@link mirrorneuron.client.RemoteRuntime}.
 */
@NullMarked
package mirrorneuron.client;

import org.jspecify.annotations.NullMarked;
