/**
 * From a document that somebody wrote to a definition that can run: normalising, defaulting and
 * checking manifests.
 *
 * <p>Words owned here: <em>manifest</em>, <em>node</em>, <em>edge</em>, <em>entrypoint</em>,
 * <em>policy</em>, <em>issue</em>. A definition never changes once it is accepted. Start with
 * {@link mirrorneuron.engine.manifest.RuntimeManifest}.
 */
@NullMarked
package mirrorneuron.engine.manifest;

import org.jspecify.annotations.NullMarked;
