/**
 * The runtime in one JVM: its composition root and the facets of the public interface.
 *
 * <p>Words owned here: <em>home</em> (the folder everything lives in), <em>facet</em>. Start with
 * {@link mirrorneuron.runtime.embedded.EmbeddedRuntime}.
 */
@NullMarked
package mirrorneuron.runtime.embedded;

import org.jspecify.annotations.NullMarked;
