package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Where to begin following, and how.
 *
 * @param replayLast how many of the recorded events to begin with; absent = all
 * @param follow whether to go on with new events; false = the stream ends with what was recorded
 *     when it was opened
 * @param heartbeat after so much silence a server says that it is there; three times as long
 *     without a word, and at least 10 s, and it is taken for gone. Nothing to a runtime of this JVM
 * @param reconnect whether to look for a server that went away for 30 s, where the connection was
 *     not made to look for it longer or shorter ({@link RemoteBuilder#reconnect}); the stream then
 *     goes on after its last event
 * @param afterSequence events after this number; absent = from the oldest kept
 */
public record FollowOptions(
        OptionalInt replayLast,
        boolean follow,
        Duration heartbeat,
        boolean reconnect,
        OptionalLong afterSequence) {

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    public FollowOptions {
        requireNonNull(afterSequence, "afterSequence");
        if (replayLast.isPresent() && replayLast.getAsInt() < 0) {
            throw new InvalidRequestException(
                    "replay last: " + replayLast.getAsInt() + " (expected: >= 0)");
        }
        if (!heartbeat.isPositive()) {
            throw new InvalidRequestException("heartbeat: " + heartbeat + " (expected: > 0)");
        }
    }

    /** Whatever their numbers are. */
    public FollowOptions(
            OptionalInt replayLast, boolean follow, Duration heartbeat, boolean reconnect) {
        this(replayLast, follow, heartbeat, reconnect, OptionalLong.empty());
    }

    /** Everything, and then what is new. */
    public static FollowOptions fromStart() {
        return new FollowOptions(OptionalInt.empty(), true, HEARTBEAT, false);
    }

    /** What comes after this number, and then what is new. */
    public static FollowOptions after(long sequence) {
        return new FollowOptions(
                OptionalInt.empty(), true, HEARTBEAT, false, OptionalLong.of(sequence));
    }
}
