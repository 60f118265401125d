package mirrorneuron.runtime.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.store.Store;
import mirrorneuron.store.StoreException;

/** Finds uploads that nobody needs any more and removes them with their registrations. */
final class UnusedUploads {

    private final Store store;
    private final UploadFolders uploads;

    UnusedUploads(Store store, UploadFolders uploads) {
        this.store = store;
        this.uploads = uploads;
    }

    /** Removes what was last used before an instant and is not referred to; returns how many. */
    int remove(Instant before) throws IOException {
        var unused = uploads.unusedSince(before);
        if (unused.isEmpty()) {
            return 0;
        }
        // Read after the list was made: a job that was submitted since has used its upload.
        var referred = referred();
        int removed = 0;
        for (var name : unused) {
            if (referred.contains(name)) {
                uploads.use(name);
            } else if (uploads.remove(name, before)) {
                forget(name);
                removed++;
            }
        }
        return removed;
    }

    /** Names of uploads whose files a job's record names. */
    private Set<String> referred() throws IOException {
        var names = new HashSet<String>();
        for (var record : store.records(Set.of(), OptionalInt.empty())) {
            var path = record.raw().object("manifest_ref").string("job_path");
            if (path.isPresent()) {
                uploads.nameOf(Path.of(path.get())).ifPresent(names::add);
            }
        }
        return names;
    }

    /** What is registered under the upload's handle, and under its id if it is the newest there. */
    private void forget(String name) throws IOException {
        var handle = BundleRegistry.PREFIX + name;
        var id = text(BundleRegistry.HANDLES, handle, "bundle_id");
        var newest = id.flatMap(known -> text(BundleRegistry.IDS, known, "root"));
        if (newest.isPresent() && uploads.nameOf(Path.of(newest.get())).equals(Optional.of(name))) {
            store.remove(BundleRegistry.IDS, id.get());
        }
        store.remove(BundleRegistry.HANDLES, handle);
    }

    private Optional<String> text(String family, String name, String member) {
        return store.get(family, name)
                .map(
                        bytes ->
                                StoreException.understood(
                                        family + " " + name, () -> (JsonObject) Json.parse(bytes)))
                .flatMap(document -> document.string(member));
    }
}
