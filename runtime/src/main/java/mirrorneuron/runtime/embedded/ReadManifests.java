package mirrorneuron.runtime.embedded;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import mirrorneuron.engine.manifest.Strictness;
import mirrorneuron.runtime.bundle.ReadBundle;

/**
 * Manifests that came as text lately, and what they read as: whoever submits a workflow again and
 * again has it read once. What is kept does not depend on anything but the text. Safe from any
 * thread.
 */
final class ReadManifests {

    private static final int KEPT_MAX = 32;

    private record Key(String manifestJson, Strictness strictness) {}

    private final Map<Key, ReadBundle> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, ReadBundle> eldest) {
                    return size() > KEPT_MAX;
                }
            };

    ReadBundle read(String manifestJson, Strictness strictness, Supplier<ReadBundle> anew) {
        var key = new Key(manifestJson, strictness);
        synchronized (kept) {
            var known = kept.get(key);
            if (known != null) {
                return known;
            }
        }
        var read = anew.get();
        synchronized (kept) {
            kept.put(key, read);
        }
        return read;
    }
}
