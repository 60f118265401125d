/**
 * The server: one process that holds a home and answers over HTTP. Edges here decode, call the
 * runtime and encode; they decide nothing about jobs.
 *
 * <p>Start with {@link mirrorneuron.server.MnServer}, the composition root; {@link
 * mirrorneuron.server.Provider} is how the command {@code mn runtime start} finds it.
 */
@NullMarked
package mirrorneuron.server;

import org.jspecify.annotations.NullMarked;
