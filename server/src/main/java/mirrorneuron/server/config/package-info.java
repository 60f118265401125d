/**
 * What an operator may set: environment variables, {@code .env} files, and the settings read from
 * them.
 *
 * <p>Words owned here: <em>variable</em> (one name with its default and meaning), <em>settings</em>
 * (all values of a start, checked). Start with {@link mirrorneuron.server.config.ServerSettings}.
 */
@NullMarked
package mirrorneuron.server.config;

import org.jspecify.annotations.NullMarked;
