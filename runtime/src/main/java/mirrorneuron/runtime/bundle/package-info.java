/**
 * Reading what people submit: a folder, an archive, or a manifest with its payloads as text, into
 * one shape with a fingerprint.
 *
 * <p>Words owned here: <em>bundle</em> (a manifest with the files its commands need),
 * <em>payload</em> (one such file), <em>fingerprint</em> (what makes two bundles the same). Nothing
 * outside a bundle's own folder is ever read or written, whatever its names say. Start with {@link
 * mirrorneuron.runtime.bundle.BundleReader}.
 */
@NullMarked
package mirrorneuron.runtime.bundle;

import org.jspecify.annotations.NullMarked;
