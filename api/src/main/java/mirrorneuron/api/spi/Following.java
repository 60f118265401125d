package mirrorneuron.api.spi;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import mirrorneuron.api.EventQuery;
import mirrorneuron.api.EventStream;
import mirrorneuron.api.FollowOptions;
import mirrorneuron.api.JobId;
import mirrorneuron.api.Jobs;
import mirrorneuron.api.RuntimeEvent;

/**
 * What {@link FollowOptions} say of events that are recorded, in the same words for every runtime:
 * numbers have no gaps, so a count of events is a number to begin after.
 */
public final class Following {

    private Following() {}

    /**
     * The number of the event after which to begin.
     *
     * @throws mirrorneuron.api.NoSuchJobException when there is no such job
     */
    public static long begin(Jobs jobs, JobId job, FollowOptions options) {
        long after = options.afterSequence().orElse(0);
        if (options.replayLast().isEmpty()) {
            return after;
        }
        var query = new EventQuery(OptionalLong.empty(), OptionalInt.of(1), Set.of(), true);
        long newest =
                jobs.events(job, query).stream()
                        .map(RuntimeEvent::sequence)
                        .mapToLong(sequence -> sequence.orElse(0))
                        .findFirst()
                        .orElse(0);
        return Math.max(after, newest - options.replayLast().getAsInt());
    }

    /**
     * The events that are recorded now, as a stream that ends with them.
     *
     * @throws mirrorneuron.api.NoSuchJobException when there is no such job
     */
    public static EventStream recorded(Jobs jobs, JobId job, FollowOptions options) {
        var query =
                new EventQuery(
                        OptionalLong.of(begin(jobs, job, options) + 1),
                        OptionalInt.empty(),
                        Set.of(),
                        false);
        return new RecordedEvents(jobs.events(job, query));
    }
}
