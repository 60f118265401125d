package mirrorneuron.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;

/**
 * One atomic step of one job: all of it becomes durable or nothing.
 *
 * @param epoch the writer's epoch; a lower one than the job's is refused
 * @param facts new facts, or empty
 * @param entry the job's new record, when something a list shows has changed
 * @param snapshot the whole state as of its sequence number; facts up to there are no longer needed
 *     for recovery
 * @param deadLetters new or changed dead letters, by their index
 * @param idempotency remembers a submission's key together with the job it made
 */
public record Commit(
        JobId job,
        long epoch,
        Optional<Facts> facts,
        Optional<Entry> entry,
        Optional<Snapshot> snapshot,
        List<DeadLetter> deadLetters,
        Optional<Idempotency> idempotency) {

    public Commit {
        requireNonNull(job, "job");
        requireNonNull(facts, "facts");
        requireNonNull(entry, "entry");
        requireNonNull(snapshot, "snapshot");
        deadLetters = List.copyOf(deadLetters);
        requireNonNull(idempotency, "idempotency");
    }

    /**
     * Facts in the order they happened: JSON documents, one a line. The array is handed over and
     * must not change.
     *
     * @param firstSequence sequence number of the first event in them
     * @param lastSequence sequence number of the last event in them
     */
    public record Facts(long firstSequence, long lastSequence, byte[] lines) {

        public Facts {
            requireNonNull(lines, "lines");
            // Groups are told apart by their first sequence number, so a group without an event
            // would take the place of its successor.
            if (firstSequence < 0 || lastSequence < firstSequence) {
                throw new IllegalArgumentException(
                        "facts: %d to %d (expected: 0 <= first <= last)"
                                .formatted(firstSequence, lastSequence));
            }
        }

        /**
         * How many events the group holds: as many as it has lines, because a shortened group keeps
         * its sequence numbers and loses lines.
         */
        public int events() {
            int lineCount = lines.length > 0 && lines[lines.length - 1] != '\n' ? 1 : 0;
            for (byte b : lines) {
                if (b == '\n') {
                    lineCount++;
                }
            }
            return (int) Math.min(lastSequence - firstSequence + 1, lineCount);
        }
    }

    /**
     * @param record the job record's document, as {@code JobRecord.raw}
     */
    public record Entry(
            JobStatus status, Instant submittedAt, Instant updatedAt, JsonObject record) {

        public Entry {
            requireNonNull(status, "status");
            requireNonNull(submittedAt, "submittedAt");
            requireNonNull(updatedAt, "updatedAt");
            requireNonNull(record, "record");
        }
    }

    /**
     * Checks that each group of a log begins after the one before it, this commit's own included.
     *
     * @throws StoreException {@code CONFLICT} when two overlap
     */
    public void requireAfter(List<Facts> log) {
        long last = -1;
        for (var group : log) {
            requireAfter(last, group);
            last = group.lastSequence();
        }
        if (facts.isPresent()) {
            requireAfter(last, facts.get());
        }
    }

    private void requireAfter(long last, Facts group) {
        if (group.firstSequence() <= last) {
            throw StoreException.overlap(job, group.firstSequence(), last);
        }
    }

    /** The state after the event with this sequence number, as a JSON document. */
    public record Snapshot(long sequence, byte[] document) {

        public Snapshot {
            requireNonNull(document, "document");
            if (sequence < 0) {
                throw new IllegalArgumentException(
                        "snapshot sequence: " + sequence + " (expected: >= 0)");
            }
        }
    }

    /**
     * @param key scoped by the caller, such as {@code submit:<key>}
     * @param digest of the request; the same key with another digest is a conflict
     */
    public record Idempotency(String key, String digest, Instant at) {

        public Idempotency {
            requireNonNull(key, "key");
            requireNonNull(digest, "digest");
            requireNonNull(at, "at");
        }
    }
}
