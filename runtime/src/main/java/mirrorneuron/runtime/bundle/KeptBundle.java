package mirrorneuron.runtime.bundle;

import java.nio.file.Path;
import java.util.function.Supplier;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.engine.graph.Graph;

/**
 * A bundle that the home holds: its jobs need nothing of the place it came from.
 *
 * @param manifestRef {@code graph_id, manifest_version, manifest_path, job_path,
 *     bundle_fingerprint}
 */
public final class KeptBundle {

    private final Bundle bundle;
    private final Graph graph;
    private final JsonObject configuration;
    private final JsonObject manifestRef;
    private final Supplier<Path> payloads;

    KeptBundle(
            Bundle bundle,
            Graph graph,
            JsonObject configuration,
            JsonObject manifestRef,
            Supplier<Path> payloads) {
        this.bundle = bundle;
        this.graph = graph;
        this.configuration = configuration;
        this.manifestRef = manifestRef;
        this.payloads = payloads;
    }

    public Bundle bundle() {
        return bundle;
    }

    public String fingerprint() {
        return bundle.fingerprint();
    }

    public Graph graph() {
        return graph;
    }

    public JsonObject configuration() {
        return configuration;
    }

    public JsonObject manifestRef() {
        return manifestRef;
    }

    /** The folder with the payload files, laid out on first use. For reading only. */
    public Path payloads() {
        return payloads.get();
    }
}
