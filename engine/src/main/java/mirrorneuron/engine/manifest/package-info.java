/**
 * From a document that somebody wrote to a definition that can run: normalising, defaulting and
 * checking manifests.
 *
 * <p>Words owned here: <em>manifest</em>, <em>node</em>, <em>edge</em>, <em>entrypoint</em>,
 * <em>policy</em>, <em>issue</em>, <em>dialect</em> (the form a manifest is written in). A
 * definition never changes once it is accepted. Start with {@link
 * mirrorneuron.engine.manifest.ManifestLoader}, which reads, and {@link
 * mirrorneuron.engine.manifest.RuntimeManifest}, which is what the rest of the engine sees. A
 * reader class turns one part of the document into values; a check class only says what is wrong
 * with a part that somebody else reads later.
 *
 * <p>A document has one of four forms ({@link mirrorneuron.engine.manifest.Dialect}). A flat one is
 * read by its reader alone. The other three say which steps there are: their readers only say where
 * the parts stand ({@link mirrorneuron.engine.manifest.Layout}), and {@link
 * mirrorneuron.engine.manifest.Lowering} turns the parts into a graph. A <em>draft</em> is a node
 * or step that is known but not yet read, a <em>team</em> the agents of a step.
 */
@NullMarked
package mirrorneuron.engine.manifest;

import org.jspecify.annotations.NullMarked;
