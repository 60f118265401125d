package mirrorneuron.runtime.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.Issue;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.manifest.RuntimeManifest;

/**
 * What reading a bundle gave. Closing it removes the temporary folder of an archive; payload files
 * cannot be opened afterwards.
 *
 * @param contents present exactly when no issue is an error
 * @param issues errors and warnings, in the order in which they were found
 * @param temporaryFolder where an archive was inflated; empty for other sources
 */
public record ReadBundle(
        Optional<Contents> contents, List<Issue> issues, Optional<Path> temporaryFolder)
        implements AutoCloseable {

    public ReadBundle {
        issues = List.copyOf(issues);
    }

    /**
     * A bundle that can run.
     *
     * @param payloads in the order of their paths
     * @param configuration {@code config/default.json} with {@code config/overwrite.json} merged
     *     over it; empty when there is neither
     * @param fingerprintV1 the fingerprint of early versions, which knows file names but not their
     *     folders; for comparison with records that they wrote
     */
    public record Contents(
            RuntimeManifest manifest,
            Bundle bundle,
            List<PayloadFile> payloads,
            JsonObject configuration,
            String fingerprintV1) {

        public Contents {
            payloads = List.copyOf(payloads);
        }
    }

    @Override
    public void close() throws IOException {
        if (temporaryFolder.isPresent()) {
            Folders.delete(temporaryFolder.get());
        }
    }
}
