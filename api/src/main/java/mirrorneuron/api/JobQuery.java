package mirrorneuron.api;

import java.util.OptionalInt;
import java.util.Set;

/**
 * Which jobs to list.
 *
 * @param limit how many at most; absent = all
 * @param offset how many of the newest to pass over
 * @param statuses only jobs that have one of these or are shown as one of these; empty = any
 */
public record JobQuery(
        OptionalInt limit,
        int offset,
        boolean includeTerminal,
        boolean liveOnly,
        Set<JobStatus> statuses) {

    public JobQuery {
        statuses = Set.copyOf(statuses);
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new InvalidRequestException("limit: " + limit.getAsInt() + " (expected: >= 1)");
        }
        if (offset < 0) {
            throw new InvalidRequestException("offset: " + offset + " (expected: >= 0)");
        }
    }

    /** From the newest on. */
    public JobQuery(
            OptionalInt limit, boolean includeTerminal, boolean liveOnly, Set<JobStatus> statuses) {
        this(limit, 0, includeTerminal, liveOnly, statuses);
    }

    public static JobQuery all() {
        return new JobQuery(OptionalInt.empty(), 0, true, false, Set.of());
    }

    public static JobQuery unfinished() {
        return new JobQuery(OptionalInt.empty(), 0, false, false, Set.of());
    }

    public JobQuery withLimit(int value) {
        return new JobQuery(OptionalInt.of(value), offset, includeTerminal, liveOnly, statuses);
    }

    public JobQuery withOffset(int value) {
        return new JobQuery(limit, value, includeTerminal, liveOnly, statuses);
    }

    public JobQuery withStatuses(Set<JobStatus> values) {
        return new JobQuery(limit, offset, includeTerminal, liveOnly, values);
    }

    /** Whether jobs of this status are wanted, wherever in the list they stand. */
    public boolean wants(JobStatus status) {
        return (includeTerminal || !status.terminal())
                && (statuses.isEmpty()
                        || statuses.contains(status)
                        || statuses.contains(status.shown()));
    }
}
