package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;

/** Where a bundle comes from. */
public sealed interface BundleSource {

    /** A folder with {@code manifest.json} and {@code payloads/}. */
    record Folder(Path root) implements BundleSource {
        public Folder {
            requireNonNull(root, "root");
        }
    }

    /** A zip file of such a folder, or of its contents. */
    record Zip(Path file) implements BundleSource {
        public Zip {
            requireNonNull(file, "file");
        }
    }

    /** A manifest as text, with payload files by their path below {@code payloads/}. */
    record Inline(String manifestJson, Map<String, byte[]> payloads) implements BundleSource {
        public Inline {
            requireNonNull(manifestJson, "manifestJson");
            payloads = Map.copyOf(payloads);
        }
    }

    /** A bundle that {@link Jobs#validate} returned. */
    record Loaded(Bundle bundle) implements BundleSource {
        public Loaded {
            requireNonNull(bundle, "bundle");
        }
    }

    static BundleSource folder(Path root) {
        return new Folder(root);
    }

    static BundleSource zip(Path file) {
        return new Zip(file);
    }

    static BundleSource manifest(String manifestJson) {
        return new Inline(manifestJson, Map.of());
    }

    static BundleSource of(Bundle bundle) {
        return new Loaded(bundle);
    }
}
