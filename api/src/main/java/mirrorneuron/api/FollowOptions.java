package mirrorneuron.api;

import java.util.OptionalLong;

/**
 * Where to begin following.
 *
 * @param afterSequence events after this number; absent = from the oldest kept
 */
public record FollowOptions(OptionalLong afterSequence) {

    public static FollowOptions fromStart() {
        return new FollowOptions(OptionalLong.empty());
    }

    public static FollowOptions after(long sequence) {
        return new FollowOptions(OptionalLong.of(sequence));
    }
}
