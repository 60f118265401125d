package mirrorneuron.cli.follow;

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

    /**
     * The explanation, when the job stands still: it has not ended, no agent has anything to do or
     * may do it, and the runtime has no time at which it would look again.
     */
    public static Optional<Explanation> of(JobDetails details, Optional<Explanation> explanation) {
        var status = details.job().status();
        if (status.terminal()
                || explanation.isEmpty()
                || explanation.get().nextWake().isPresent()) {
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
