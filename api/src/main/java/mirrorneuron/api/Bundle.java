package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A workflow that was read and found good.
 *
 * @param rootPath the folder it came from; empty for text and archives, as are the two paths below
 *     it
 * @param fingerprint SHA-256 in hex over the manifest and every payload file with its relative path
 */
public record Bundle(
        Optional<Path> rootPath,
        Optional<Path> manifestPath,
        Optional<Path> payloadsPath,
        Manifest manifest,
        String fingerprint) {

    public Bundle {
        requireNonNull(rootPath, "rootPath");
        requireNonNull(manifestPath, "manifestPath");
        requireNonNull(payloadsPath, "payloadsPath");
        requireNonNull(manifest, "manifest");
        requireNonNull(fingerprint, "fingerprint");
    }
}
