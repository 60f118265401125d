package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import mirrorneuron.api.JobId;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonParseException;
import mirrorneuron.engine.backup.IdReplacement;
import mirrorneuron.engine.message.Reference;
import mirrorneuron.store.BlobName;
import mirrorneuron.store.Blobs;

/**
 * Brings the large values of a backup into a home. A value is named after its content, so a value
 * in which an id was replaced gets another name, and whatever refers to it follows.
 */
final class CarriedValues {

    private final BackupFolder backup;
    private final Blobs blobs;
    private final IdReplacement ids;
    private final Map<Reference, Reference> carried = new HashMap<>();

    CarriedValues(BackupFolder backup, Blobs blobs, Source source, JobId newJob, String newRun) {
        this.backup = backup;
        this.blobs = blobs;
        this.ids = new IdReplacement(source.job(), newJob, source.run(), newRun, this::carry);
    }

    /** Replaces ids, and carries every value that what it reads refers to. */
    IdReplacement ids() {
        return ids;
    }

    private Reference carry(Reference reference) {
        var known = carried.get(reference);
        if (known != null) {
            return known;
        }
        try {
            var now = read(reference);
            carried.put(reference, now);
            return now;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A reference to nothing that is in the backup stays: it may be anybody's document. */
    private Reference read(Reference reference) throws IOException {
        var file = backup.at(Sections.BLOBS).resolve(reference.sha256());
        if (!Files.isRegularFile(file)) {
            return reference;
        }
        var bytes = Files.readAllBytes(file);
        if (!BlobName.of(bytes).equals(reference.sha256())) {
            throw Refusals.invalid(
                    "Expected blobs/"
                            + reference.sha256()
                            + " of the backup to have that SHA-256, but it has "
                            + BlobName.of(bytes));
        }
        try {
            var value = Json.parse(bytes);
            var replaced = ids.in(value);
            if (replaced != value) {
                var changed = Json.bytes(replaced);
                return new Reference(blobs.put(changed), changed.length);
            }
        } catch (JsonParseException notJson) {
            // A document that looks like a reference may name any bytes; they come along as they
            // are.
            return new Reference(blobs.put(bytes), reference.size());
        }
        return new Reference(blobs.put(bytes), reference.size());
    }
}
