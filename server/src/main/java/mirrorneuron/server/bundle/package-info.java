/**
 * Bundles over HTTP: uploads, and looking at a registered one again.
 *
 * <p>Start with {@link mirrorneuron.server.bundle.BundleRoutes}.
 */
@NullMarked
package mirrorneuron.server.bundle;

import org.jspecify.annotations.NullMarked;
