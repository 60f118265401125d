package mirrorneuron.api;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which recorded events to read.
 *
 * @param fromSequence the first sequence number wanted; absent = from the oldest kept
 * @param limit how many at most; absent = all
 * @param types only these; empty = all
 */
public record EventQuery(
        OptionalLong fromSequence, OptionalInt limit, Set<String> types, boolean newestFirst) {

    public EventQuery {
        types = Set.copyOf(types);
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new InvalidRequestException("limit: " + limit.getAsInt() + " (expected: >= 1)");
        }
    }

    public static EventQuery all() {
        return new EventQuery(OptionalLong.empty(), OptionalInt.empty(), Set.of(), false);
    }
}
