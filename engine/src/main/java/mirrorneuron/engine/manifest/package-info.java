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
 */
@NullMarked
package mirrorneuron.engine.manifest;

import org.jspecify.annotations.NullMarked;
