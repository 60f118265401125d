package mirrorneuron.runtime.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.DeadLetter;
import mirrorneuron.api.JobId;
import mirrorneuron.api.JobStatus;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.backup.IdReplacement;
import mirrorneuron.engine.job.Decision;
import mirrorneuron.engine.job.Job;
import mirrorneuron.engine.job.JobCommand;
import mirrorneuron.engine.job.JobEngine;
import mirrorneuron.engine.job.JobViews;
import mirrorneuron.engine.job.SnapshotCodec;
import mirrorneuron.engine.job.Turn;
import mirrorneuron.runtime.bundle.KeptBundle;
import mirrorneuron.store.Commit;

/**
 * A job as it goes into the store: the log that it brings, and the one commit that makes it.
 *
 * @param log empty for a backup that holds no facts of ours
 */
record RestoredState(List<Commit.Facts> log, Commit first) {

    /**
     * Under which ids a job comes back, and from where.
     *
     * @param renamed whether its ids are new ones
     */
    record As(
            JobId job,
            String run,
            String blueprint,
            boolean renamed,
            IdReplacement ids,
            JsonObject provenance,
            long takenAtMs,
            String node) {

        /** What a submission's metadata says under the new ids. */
        private JsonObject named(JsonObject metadata) {
            return metadata.with("run_id", new JsonString(run))
                    .with("blueprint_id", new JsonString(blueprint));
        }

        private JobCommand.Restore command() {
            return new JobCommand.Restore(node, takenAtMs, provenance);
        }
    }

    /** The state of a backup of ours, as it was. */
    static RestoredState of(BackupFolder backup, KeptBundle bundle, As as, long nowMs)
            throws IOException {
        var snapshot = as.ids().in(backup.object(Sections.SNAPSHOT));
        var job = read(patched(snapshot, bundle, as), bundle);
        requireSame(job, as);
        long sequence = job.sequence();
        var log =
                SavedLog.read(backup.at(Sections.LOG), fact -> renamed(fact, bundle, as), sequence);
        var turn = new Turn(job, nowMs);
        restore(turn, as);
        return new RestoredState(log, commit(job, turn, bundle, letters(backup, as, sequence)));
    }

    private static Job read(JsonObject snapshot, KeptBundle bundle) {
        try {
            return SnapshotCodec.read(snapshot, bundle.graph());
        } catch (IllegalArgumentException notAState) {
            throw Refusals.invalid(
                    "Expected a job's state in " + Sections.SNAPSHOT + " of the backup, but: ",
                    notAState);
        }
    }

    private static void requireSame(Job job, As as) {
        if (!job.id().equals(as.job()) || !job.runId().equals(as.run())) {
            throw Refusals.invalid(
                    "Expected the state of job "
                            + as.job()
                            + " with run "
                            + as.run()
                            + " in "
                            + Sections.SNAPSHOT
                            + ", but it is of job "
                            + job.id()
                            + " with run "
                            + job.runId());
        }
        if (job.status() != JobStatus.PAUSED) {
            throw Refusals.invalid(
                    "Expected a paused job in "
                            + Sections.SNAPSHOT
                            + ", but it is "
                            + job.status().wire());
        }
    }

    private static JsonObject renamed(JsonObject fact, KeptBundle bundle, As as) {
        var changed = as.ids().in(fact);
        return fact.string("k").filter("submitted"::equals).isPresent()
                ? patched(changed, bundle, as)
                : changed;
    }

    /** The bundle that was kept here, whose fingerprint is its own, and the run's new name. */
    private static JsonObject patched(JsonObject document, KeptBundle bundle, As as) {
        var patched = document.with("bundle", new JsonString(bundle.fingerprint()));
        return as.renamed()
                ? patched.with("metadata", as.named(patched.object("metadata")))
                : patched;
    }

    private static List<DeadLetter> letters(BackupFolder backup, As as, long sequence)
            throws IOException {
        var letters = new ArrayList<DeadLetter>();
        for (var element : backup.array(Sections.DEAD_LETTERS)) {
            try {
                var letter = DeadLetter.fromJson(as.ids().in((JsonObject) element));
                if (letter.index() < 0 || letter.eventIndex() >= sequence) {
                    throw new IllegalArgumentException("index " + letter.index());
                }
                letters.add(letter);
            } catch (IllegalArgumentException | ClassCastException notALetter) {
                throw Refusals.invalid(
                        "Expected a dead letter in " + Sections.DEAD_LETTERS + ", but: ",
                        notALetter);
            }
        }
        return letters;
    }

    /**
     * A backup of an earlier schema: its bundle and what came with its submission. The workflow
     * begins again.
     *
     * @param record the job's record as the backup has it; may be empty
     */
    static RestoredState beginning(JsonObject record, KeptBundle bundle, As as, long nowMs) {
        var known = as.ids().in(record);
        var submission =
                new Job.Submission(
                        known.object("inputs"),
                        known.object("config_overrides"),
                        as.named(known.object("metadata")),
                        List.of());
        var submitted =
                JobEngine.submitted(
                        as.job(),
                        bundle.graph(),
                        bundle.fingerprint(),
                        submission,
                        as.node(),
                        nowMs);
        var job = JobEngine.create(submitted, bundle.graph());
        var turn = Turn.first(job, submitted);
        turn.take(new JobCommand.Start(as.node()));
        turn.take(new JobCommand.Pause("restored from a backup", true, 0));
        turn.run();
        restore(turn, as);
        return new RestoredState(List.of(), commit(job, turn, bundle, List.of()));
    }

    private static void restore(Turn turn, As as) {
        if (turn.take(as.command()) instanceof Decision.Refused refused) {
            throw Refusals.invalid(refused.why());
        }
    }

    private static Commit commit(
            Job job, Turn turn, KeptBundle bundle, List<DeadLetter> deadLetters) {
        return new Commit(
                job.id(),
                1,
                Optional.of(new Commit.Facts(turn.firstSequence(), job.sequence(), turn.facts())),
                Optional.of(
                        new Commit.Entry(
                                job.status(),
                                JobViews.submittedAt(job),
                                JobViews.updatedAt(job),
                                JobViews.record(job, bundle.manifestRef()))),
                Optional.of(new Commit.Snapshot(job.sequence(), SnapshotCodec.write(job))),
                deadLetters,
                Optional.empty());
    }
}
