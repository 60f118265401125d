package mirrorneuron.cli.follow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import mirrorneuron.api.AgentStatus;
import mirrorneuron.api.AgentView;
import mirrorneuron.api.Explanation;
import mirrorneuron.api.JobDetails;
import mirrorneuron.api.JobStatus;

/**
 * Tells a job that works or waits for a time from one that only something from outside can move.
 */
public final class Standstill {

    private Standstill() {}

    /** What the runtime calls a job that only a person can move. */
    private static final String WAITING_FOR_PERSON = "waiting_for_person";

    /**
     * A person who has not answered by then is answered for soon enough to wait for it: a default
     * that is further away is a standstill.
     */
    static final Duration DEFAULT_SOON = Duration.ofSeconds(60);

    /**
     * The explanation, when the job stands still: it has not ended, no agent has anything to do or
     * may do it, and the runtime has no time at which it would look again. A job that waits for a
     * person stands still too, unless the default is taken soon.
     */
    public static Optional<Explanation> of(
            JobDetails details, Optional<Explanation> explanation, Instant now) {
        var status = details.job().status();
        if (status.terminal() || explanation.isEmpty()) {
            return Optional.empty();
        }
        var wake = explanation.get().nextWake();
        if (explanation.get().cause().equals(WAITING_FOR_PERSON)) {
            return wake.isEmpty() || wake.get().isAfter(now.plus(DEFAULT_SOON))
                    ? explanation
                    : Optional.empty();
        }
        if (wake.isPresent()) {
            return Optional.empty();
        }
        if (status == JobStatus.PAUSED) {
            return explanation;
        }
        return status == JobStatus.RUNNING
                        && details.agents().stream().allMatch(Standstill::isQuiet)
                ? explanation
                : Optional.empty();
    }

    private static boolean isQuiet(AgentView agent) {
        if (agent.paused()) {
            return agent.status() != AgentStatus.RUNNING;
        }
        return agent.mailboxDepth() == 0
                && switch (agent.status()) {
                    case IDLE, READY, COMPLETED, ERROR, PAUSED -> true;
                    case BUSY, QUEUED, RUNNING, RESTARTING -> false;
                };
    }
}
