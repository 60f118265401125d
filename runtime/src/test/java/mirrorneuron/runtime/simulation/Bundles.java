package mirrorneuron.runtime.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mirrorneuron.api.BundleSource;
import mirrorneuron.engine.manifest.ManifestLimits;
import mirrorneuron.runtime.bundle.BundleLimits;
import mirrorneuron.runtime.bundle.BundleReader;
import mirrorneuron.runtime.bundle.ReadBundle;

/** Reads the bundle of each workload once, however many seeds use it. */
final class Bundles {

    private static final Map<String, ReadBundle.Contents> READ = new ConcurrentHashMap<>();
    private static final BundleReader READER =
            new BundleReader(Path.of("never-inflated"), BundleLimits.DEFAULT);

    private Bundles() {}

    static ReadBundle.Contents of(Workload workload) {
        return READ.computeIfAbsent(workload.name(), _ -> read(workload));
    }

    private static ReadBundle.Contents read(Workload workload) {
        var source = BundleSource.manifest(workload.manifest().toString());
        try {
            var read = READER.read(source, ManifestLimits.DEFAULT);
            return read.contents()
                    .orElseThrow(
                            () ->
                                    new IllegalStateException(
                                            workload.name() + ": " + read.issues()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
