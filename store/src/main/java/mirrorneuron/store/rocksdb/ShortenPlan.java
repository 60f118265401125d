package mirrorneuron.store.rocksdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import mirrorneuron.store.Commit;

/**
 * What one atomic part of shortening a log does.
 *
 * @param reached the sequence number up to which groups were looked at; the next part begins there
 * @param steps empty when nothing is left to do
 */
record ShortenPlan(long reached, List<JobWrites.Shorten.Step> steps) {

    // Bounds the memory of a part and the time other writers wait behind it.
    private static final int PART_BYTES_MAX = 1_024 * 1_024;
    private static final int PART_STEPS_MAX = 4_096;

    static ShortenPlan next(
            Database.View view,
            String id,
            long after,
            long throughSequence,
            UnaryOperator<byte[]> keep) {
        var head = view.get(Database.Family.RECORDS, Keys.head(id)).map(Head::parse);
        if (head.isEmpty() || head.get().snapshotSequence().isEmpty()) {
            return new ShortenPlan(after, List.of());
        }
        long through = Math.min(throughSequence, head.get().snapshotSequence().getAsLong());
        var planner = new Planner(Keys.log(id), after, through, keep);
        FactsReader.each(view, id, after, planner::plan);
        return new ShortenPlan(planner.reached, planner.steps);
    }

    private static final class Planner {

        private final byte[] log;
        private final long through;
        private final UnaryOperator<byte[]> keep;
        private final List<JobWrites.Shorten.Step> steps = new ArrayList<>();
        private long reached;
        private int bytes;

        Planner(byte[] log, long after, long through, UnaryOperator<byte[]> keep) {
            this.log = log;
            this.reached = after;
            this.through = through;
            this.keep = keep;
        }

        /** False when the part is full or the rest of the log must stay as it is. */
        boolean plan(Commit.Facts group) {
            if (group.lastSequence() > through) {
                return false;
            }
            reached = group.lastSequence();
            var kept = keep.apply(group.lines());
            if (!Arrays.equals(kept, group.lines())) {
                var key = Keys.facts(log, group.firstSequence());
                steps.add(
                        new JobWrites.Shorten.Step(
                                key, kept.length == 0 ? null : value(group, kept)));
                bytes += kept.length;
            }
            return bytes < PART_BYTES_MAX && steps.size() < PART_STEPS_MAX;
        }

        private static byte[] value(Commit.Facts group, byte[] kept) {
            return FactsCodec.value(
                    new Commit.Facts(group.firstSequence(), group.lastSequence(), kept));
        }
    }
}
