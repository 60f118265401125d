package mirrorneuron.store.rocksdb;

import java.util.OptionalLong;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.Json;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonWriter;

/**
 * What must be known of a job to admit a write: its owner's epoch, where it stands in the indexes,
 * and how far its snapshot reaches.
 *
 * @param endedAtMs when it ended; absent while it has not
 * @param snapshotSequence absent before the first snapshot
 */
record Head(
        long epoch,
        JobStatus status,
        long updatedAtMs,
        OptionalLong endedAtMs,
        OptionalLong snapshotSequence) {

    /** A job before its first commit; in no index yet. */
    static Head unborn(JobStatus status) {
        return new Head(0, status, 0, OptionalLong.empty(), OptionalLong.empty());
    }

    /** Reads what {@link #bytes} wrote; anything else is an {@link IllegalArgumentException}. */
    static Head parse(byte[] bytes) {
        if (!(Json.parse(bytes) instanceof JsonObject json)) {
            throw new IllegalArgumentException("head of a job: not a JSON object");
        }
        return new Head(
                json.integer("epoch").orElseThrow(() -> missing("epoch")),
                JobStatus.ofWire(json.string("status").orElseThrow(() -> missing("status"))),
                json.integer("updated_at_ms").orElseThrow(() -> missing("updated_at_ms")),
                json.integer("ended_at_ms"),
                json.integer("snapshot"));
    }

    private static IllegalArgumentException missing(String member) {
        return new IllegalArgumentException("head of a job: no " + member);
    }

    byte[] bytes() {
        var json =
                new JsonWriter(128)
                        .beginObject()
                        .field("epoch", epoch)
                        .field("status", status.wire())
                        .field("updated_at_ms", updatedAtMs);
        endedAtMs.ifPresent(at -> json.field("ended_at_ms", at));
        snapshotSequence.ifPresent(sequence -> json.field("snapshot", sequence));
        return json.endObject().toByteArray();
    }

    Head withEpoch(long next) {
        return new Head(next, status, updatedAtMs, endedAtMs, snapshotSequence);
    }

    Head withSnapshot(long sequence) {
        return new Head(epoch, status, updatedAtMs, endedAtMs, OptionalLong.of(sequence));
    }

    /** The head after an entry. A job ends once: a later terminal entry keeps the first moment. */
    Head withEntry(JobStatus next, long atMs) {
        var ended =
                !next.terminal()
                        ? OptionalLong.empty()
                        : endedAtMs.isPresent() ? endedAtMs : OptionalLong.of(atMs);
        return new Head(epoch, next, atMs, ended, snapshotSequence);
    }
}
