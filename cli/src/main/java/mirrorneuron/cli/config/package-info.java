/**
 * The file {@code config.toml} of a home: named connections, and how results are printed by
 * default.
 *
 * <p>Words owned here: <em>context</em> (a named connection), <em>setting</em> (what a key of the
 * file may say). Start with {@link mirrorneuron.cli.config.Config}.
 */
@NullMarked
package mirrorneuron.cli.config;

import org.jspecify.annotations.NullMarked;
