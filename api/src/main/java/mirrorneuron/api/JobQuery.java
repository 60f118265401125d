package mirrorneuron.api;

import java.util.OptionalInt;
import java.util.Set;

/**
 * Which jobs to list.
 *
 * @param limit how many at most; absent = all
 * @param statuses only these; empty = any
 */
public record JobQuery(
        OptionalInt limit, boolean includeTerminal, boolean liveOnly, Set<JobStatus> statuses) {

    public JobQuery {
        statuses = Set.copyOf(statuses);
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new InvalidRequestException("limit: " + limit.getAsInt() + " (expected: >= 1)");
        }
    }

    public static JobQuery all() {
        return new JobQuery(OptionalInt.empty(), true, false, Set.of());
    }

    public static JobQuery unfinished() {
        return new JobQuery(OptionalInt.empty(), false, false, Set.of());
    }

    public JobQuery withLimit(int value) {
        return new JobQuery(OptionalInt.of(value), includeTerminal, liveOnly, statuses);
    }
}
