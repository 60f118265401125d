package mirrorneuron.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobRecord;
import mirrorneuron.api.JobStatus;

/**
 * Durable state. Every method is safe from any thread and blocks its caller; a write that returned
 * has survived a crash of the process and of the machine.
 *
 * <p>All methods throw {@link StoreException} when the store cannot do its work; then nothing of
 * the call was written.
 */
public interface Store extends AutoCloseable {

    /**
     * Makes a job. Its first epoch is the commit's, which must carry an entry.
     *
     * @return empty when it was made; the earlier reply when the commit's idempotency key is known
     *     already, and then nothing was written
     * @throws StoreException {@code DUPLICATE_REQUEST} when the id exists
     */
    Optional<EarlierReply> create(Commit first);

    /**
     * Makes a job that has lived elsewhere, with the log that it brings: all of it becomes durable
     * in one step or nothing.
     *
     * @param log groups of facts in order, each after the one before; the first commit's own facts
     *     come after them
     * @throws StoreException {@code DUPLICATE_REQUEST} when the id exists; {@code CONFLICT} when
     *     the groups overlap
     */
    void adopt(List<Commit.Facts> log, Commit first);

    /**
     * Applies one commit. An epoch above the job's becomes the job's.
     *
     * <p>A write that the disk refused half-way ({@code STORE_UNAVAILABLE}) may turn out to be
     * durable after the next start, as with every log: claim and load the job before going on with
     * it. Going on blindly is refused with {@code CONFLICT} as soon as it would overwrite a fact.
     *
     * @throws StoreException {@code STORE_STALE_EPOCH} when the job has a newer owner or is gone;
     *     {@code CONFLICT} when the facts begin at or before the last stored one
     */
    void commit(Commit commit);

    /**
     * Takes the job over: raises its epoch, so that every commit of an earlier owner is refused
     * from now on.
     *
     * @throws StoreException {@code JOB_NOT_FOUND} when there is no such job
     */
    long claim(JobId job);

    /** Everything needed to go on with a job; empty when there is no such job. */
    Optional<Stored> load(JobId job);

    /** The job's record; empty when there is no such job. */
    Optional<JobRecord> record(JobId job);

    /**
     * Groups of facts that hold events after a sequence number, in order. The first group may begin
     * before it.
     *
     * @param eventsMax stop after the group that reaches this many events
     */
    List<Commit.Facts> facts(JobId job, long afterSequence, int eventsMax);

    /**
     * The last groups of facts of a job, in order, that together hold at least this many events if
     * there are as many.
     */
    List<Commit.Facts> lastFacts(JobId job, int events);

    /** Ids of jobs that have not ended, in no order. */
    List<JobId> unfinished();

    /**
     * How many jobs have each status; a status without jobs is absent. Kept with every commit, so
     * the answer costs the same however many jobs there are.
     */
    Map<JobStatus, Long> counts();

    /**
     * Records by the time of their last change, newest first; within a millisecond by id.
     *
     * @param statuses only these; empty = any
     * @param limit how many at most; absent = all
     */
    List<JobRecord> records(Set<JobStatus> statuses, OptionalInt limit);

    /** All dead letters of a job by their index; empty when there is none or no such job. */
    List<DeadLetter> deadLetters(JobId job);

    Optional<DeadLetter> deadLetter(JobId job, int index);

    /**
     * Shortens the log of a job: each group of facts that ends at or before a sequence number is
     * replaced by what {@code keep} makes of its lines, or deleted when that is empty. Facts after
     * the last snapshot are never touched. Long logs are shortened in several atomic steps; after a
     * crash between two of them the same call goes on where it stopped.
     */
    void compact(JobId job, long throughSequence, UnaryOperator<byte[]> keep);

    /**
     * As above, for a caller that has shortened everything up to a sequence number already: groups
     * that end at or before it need not be looked at again.
     */
    default void compact(
            JobId job, long afterSequence, long throughSequence, UnaryOperator<byte[]> keep) {
        compact(job, throughSequence, keep);
    }

    /**
     * Deletes everything of a job. A job that does not exist is already deleted. Late commits of it
     * are refused.
     */
    void delete(JobId job);

    /**
     * Jobs that ended between two instants, oldest first, by whole milliseconds. A job ends with
     * the first terminal entry; later changes of its record do not move that moment.
     *
     * @param from inclusive
     * @param before exclusive
     */
    List<Ended> ended(Instant from, Instant before, int limit);

    /** A job and the moment of its end. */
    record Ended(JobId job, Instant at) {}

    /**
     * What a submission with an idempotency key was answered with, whether its job still exists or
     * not; empty when the key is not known, or was forgotten.
     */
    Optional<EarlierReply> earlierReply(String key);

    /** Forgets idempotency keys that were written before an instant. */
    void forgetKeysBefore(Instant instant);

    /**
     * Keeps a document under a name of a family; overwrites. For bundles: family {@code bundle},
     * name = fingerprint.
     */
    void put(String family, String name, byte[] document);

    /** What {@link #put} kept last; empty when there is nothing under that name. */
    Optional<byte[]> get(String family, String name);

    /** Forgets what {@link #put} kept; what is not there is forgotten already. */
    void remove(String family, String name);

    Blobs blobs();

    /** Counts since the store was opened; costs next to nothing. */
    StoreStats stats();

    /**
     * What start-up and reads found damaged, each in a sentence that names family and key, and what
     * was set aside earlier; empty when all is well. Damage stops only the jobs it hit.
     */
    List<String> damage();

    /**
     * Releases the store. Writes in progress finish first. Closing twice is the same as closing
     * once.
     */
    @Override
    void close();

    /**
     * A job as it was stored.
     *
     * @param snapshot absent when none was written yet; then the tail is the whole log
     * @param tail groups of facts after the snapshot, in order; the first may begin before it
     */
    record Stored(
            JobRecord record,
            long epoch,
            Optional<Commit.Snapshot> snapshot,
            List<Commit.Facts> tail) {
        public Stored {
            tail = List.copyOf(tail);
        }
    }

    /** What a repeated key was answered with. */
    record EarlierReply(JobId job, String digest) {}
}
