package mirrorneuron.cli.follow;

import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobDetails;

/** Why following stopped. */
public sealed interface FollowEnd {

    /** The job's state when following stopped. */
    JobDetails details();

    /** The job has ended. */
    record Ended(JobDetails details) implements FollowEnd {}

    /** The time to follow is over; the job has not ended. */
    record TimeOver(JobDetails details) implements FollowEnd {}

    /** Nothing can happen until someone acts. */
    record StandsStill(JobDetails details, Explanation why) implements FollowEnd {}

    /**
     * The reader left.
     *
     * @param asked whether they chose so, instead of being cut off
     */
    record Left(JobDetails details, boolean asked) implements FollowEnd {}
}
